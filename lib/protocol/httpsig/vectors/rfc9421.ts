// Keys and messages of RFC 9421, Appendix B. Long lines are as in the RFC, unfolded.

export const KEYS = {
  "test-key-ed25519": {
    kty: "OKP",
    crv: "Ed25519",
    kid: "test-key-ed25519",
    d: "n4Ni-HpISpVObnQMW0wOhCKROaIKqKtW_2ZYb2p9KcU",
    x: "JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs",
  },
  "test-key-ecc-p256": {
    kty: "EC",
    crv: "P-256",
    kid: "test-key-ecc-p256",
    alg: "ES256",
    d: "UpuF81l-kOxbjf7T4mNSv0r5tN67Gim7rnf6EFpcYDs",
    x: "qIVYZVLCrPZHGHjP17CTW0_-D9Lfw0EkjqF7xB4FivA",
    y: "Mc4nN9LTDOBhfoUeg8Ye9WedFRhnZXZJA12Qp0zZ6F0",
  },
  "test-key-rsa-pss": {
    kty: "RSA",
    kid: "test-key-rsa-pss",
    alg: "PS512",
    e: "AQAB",
    n: "r4tmm3r20Wd_PbqvP1s2-QEtvpuRaV8Yq40gjUR8y2Rjxa6dpG2GXHbPfvMs8ct-Lh1GH45x28Rw3Ry53mm-oAXjyQ86OnDkZ5N8lYbggD4O3w6M6pAvLkhk95AndTrifbIFPNU8PPMO7OyrFAHqgDsznjPFmTOtCEcN2Z1FpWgchwuYLPL-Wokqltd11nqqzi-bJ9cvSKADYdUAAN5WUtzdpiy6LbTgSxP7ociU4Tn0g5I6aDZJ7A8Lzo0KSyZYoA485mqcO0GVAdVw9lq4aOT9v6d-nb4bnNkQVklLQ3fVAvJm-xdDOp9LCNCN48V2pnDOkFV6-U9nV5oyc6XI2w",
  },
} as const;

const request = {
  method: "POST",
  targetUri: "https://example.com/foo?param=Value&Pet=dog",
  headers: {
    host: "example.com",
    date: "Tue, 20 Apr 2021 02:07:55 GMT",
    "content-type": "application/json",
    "content-digest":
      "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:",
    "content-length": "18",
  },
};

/** B.2: requests signed with an asymmetric key, but B.2.2, which covers `@query-param`. */
export const SIGNED = [
  {
    section: "B.2.1",
    message: request,
    label: "sig-b21",
    algorithm: "rsa-pss-sha512",
    keyid: "test-key-rsa-pss",
    input: 'sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd"',
    signature:
      "d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==",
  },
  {
    section: "B.2.3",
    message: request,
    label: "sig-b23",
    algorithm: "rsa-pss-sha512",
    keyid: "test-key-rsa-pss",
    input:
      'sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss"',
    signature:
      "bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==",
  },
  {
    section: "B.2.6",
    message: request,
    label: "sig-b26",
    algorithm: "ed25519",
    keyid: "test-key-ed25519",
    input:
      'sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    signature: "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==",
  },
  {
    section: "B.3",
    message: {
      ...request,
      targetUri: "https://service.internal.example/foo?param=Value&Pet=dog",
      headers: {
        "client-cert":
          ":MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk=:",
      },
    },
    label: "ttrp",
    algorithm: "ecdsa-p256-sha256",
    keyid: "test-key-ecc-p256",
    input: 'ttrp=("@path" "@query" "@method" "@authority" "client-cert");created=1618884473;keyid="test-key-ecc-p256"',
    signature: "xVMHVpawaAC/0SbHrKRs9i8I3eOs5RtTMGCWXm/9nvZzoHsIg6Mce9315T6xoklyy0yzhD9ah4JHRwMLOgmizw==",
  },
] as const;

/** B.2.4: of a response, whose status is nothing that we read; so with the base that the RFC prints. */
export const RESPONSE = {
  keyid: "test-key-ecc-p256",
  base: [
    '"@status": 200',
    '"content-type": application/json',
    '"content-digest": sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:',
    '"content-length": 23',
    '"@signature-params": ("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256"',
  ].join("\n"),
  signature: "wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==",
} as const;

/** B.4: what may and what may not happen to a message on its way. */
export const TRANSFORMED = {
  keyid: "test-key-ed25519",
  label: "transform",
  input: 'transform=("@method" "@path" "@authority" "accept");created=1618884473;keyid="test-key-ed25519"',
  signature: "ZT1kooQsEHpZ0I1IjCqtQppOmIqlJPeo7DHR3SoMn0s5JZ1eRGS0A+vyYP9t/LXlh5QMFFQ6cpLt2m0pmj3NDA==",
  messages: [
    {
      what: "as it was sent",
      isValid: true,
      method: "GET",
      targetUri: "https://example.org/demo?name1=Value1&Name2=value2",
      headers: [
        ["Host", "example.org"],
        ["Accept", "application/json"],
        ["Accept", "*/*"],
      ],
    },
    {
      what: "with a longer query and a new field",
      isValid: true,
      method: "GET",
      targetUri: "https://example.org/demo?name1=Value1&Name2=value2&param=added",
      headers: [
        ["Accept", "application/json"],
        ["Accept", "*/*"],
        ["Accept-Language", "en-US,en;q=0.5"],
      ],
    },
    {
      what: "with two lines of a field joined",
      isValid: true,
      method: "GET",
      targetUri: "https://example.org/demo?name1=Value1&Name2=value2",
      headers: [["accept", "  application/json, */*  "]],
    },
    {
      what: "with another method and authority",
      isValid: false,
      method: "POST",
      targetUri: "https://example.com/demo?name1=Value1&Name2=value2",
      headers: [["Accept", "application/json, */*"]],
    },
    {
      what: "with the lines of a field in another order",
      isValid: false,
      method: "GET",
      targetUri: "https://example.org/demo?name1=Value1&Name2=value2",
      headers: [
        ["Accept", "*/*"],
        ["Accept", "application/json"],
      ],
    },
  ] as const,
} as const;
