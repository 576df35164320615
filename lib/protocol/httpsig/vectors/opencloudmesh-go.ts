// Requests as opencloudmesh-go (August 2026) signed and sent them between two test servers.

export const OPENCLOUDMESH_GO = {
  jwks: {
    "omg1.test": {
      keys: [
        {
          kty: "OKP",
          kid: "omg1.test#key1",
          use: "sig",
          alg: "Ed25519",
          crv: "Ed25519",
          x: "5KYgQAQQmE9o3Q_kGZ2zv_iLkNyFOzVXQGCCYL0QXSs",
        },
      ],
    },
    "omg2.test": {
      keys: [
        {
          kty: "OKP",
          kid: "omg2.test#key1",
          use: "sig",
          alg: "Ed25519",
          crv: "Ed25519",
          x: "QVpLeJY64SDDku0mhcqHocrwAzHX9AFFLPco8KBU4bY",
        },
      ],
    },
  },
  requests: [
    {
      signer: "omg2.test",
      method: "POST",
      targetUri: "https://omg1.test/ocm/invite-accepted",
      headers: {
        "content-length": "222",
        "content-digest": "sha-256=:2ZF1N2rKGLM2ayq3E3BmiJ6ElwwJH4zNdhvTuoW+u8E=:",
        "content-type": "application/json",
        signature: "ocm=:3C3hao4r3ENdFTcfrbTWJ6dsv0EE+5zlksgTezNAoRbDFFEyxXXL72Brlz7FSnbbQJQ9MMA4kPIPe0XES0EZDw==:",
        "signature-input":
          'ocm=("@method" "@target-uri" "content-digest" "content-length");created=1795304284;keyid="omg2.test#key1";alg="ed25519";tag="ocm"',
      },
      body: '{"recipientProvider":"omg2.test","token":"c1d2751c84072bb73041d5a0062a63c66ff593aab3ef85691fee73c01318ba56","userID":"MDFhMjAwNzgtZTkxOC03MzllLTkyNjItNjY4Y2MwYTg1MTA1QG9tZzIudGVzdA","email":"","name":"Super Administrator"}',
    },
    {
      signer: "omg2.test",
      method: "POST",
      targetUri: "https://omg1.test/ocm/notifications",
      headers: {
        "content-length": "111",
        "content-digest": "sha-256=:ZSI9F+ofi+rm0wwbjgKB4LcIGHCK9QGnK46TlQz+q24=:",
        "content-type": "application/json",
        signature: "ocm=:CHvysOJd0iS/uWGof/x6C7F4ylsJoJ3RC4f7Tk/NuEkpQNWFU7kyZix9NGhX9BYnUQ62BYAAMx8jEy4rz2qMAQ==:",
        "signature-input":
          'ocm=("@method" "@target-uri" "content-digest" "content-length");created=1795304294;keyid="omg2.test#key1";alg="ed25519";tag="ocm"',
      },
      body: '{"notificationType":"SHARE_ACCEPTED","providerId":"01a20079-8872-78c9-b672-68669cf05c6f","resourceType":"file"}',
    },
    {
      signer: "omg2.test",
      method: "POST",
      targetUri: "https://omg1.test/ocm/token",
      headers: {
        "content-length": "101",
        "content-digest": "sha-256=:DrhBF3qR4tpW+8IqRPXX/OSp6EtpfbGk/4oJ/crLHs4=:",
        "content-type": "application/x-www-form-urlencoded",
        signature: "ocm=:JkWtdUAEbsWH4tMKwxv8+uSn30I023+asBYD/VjsvFihBVvlCelu6m+2zd+GsX/yrJT+XXlqTFe3eLBOKWD4CQ==:",
        "signature-input":
          'ocm=("@method" "@target-uri" "content-digest" "content-length");created=1795304294;keyid="omg2.test#key1";alg="ed25519";tag="ocm"',
      },
      body: "client_id=omg2.test&code=OtPCdCE6LrQwl7zOkZoSBssuiCGz-dHwl1D0JNBrotM%3D&grant_type=authorization_code",
    },
    {
      signer: "omg1.test",
      method: "POST",
      targetUri: "https://omg2.test/ocm/shares",
      headers: {
        "content-length": "575",
        "content-digest": "sha-256=:0FisvnBEGrfoGYsKYZpau0nTXxnRJeeM1M5WOG0IhmM=:",
        "content-type": "application/json",
        signature: "ocm=:IgooyZMmeU/dym9jES78U4swuZI+ofoqJwh5IVg3V8+ETmuYTH496Im3jcqV1fk+658oENf7F7JtTiqYzAvvDA==:",
        "signature-input":
          'ocm=("@method" "@target-uri" "content-digest" "content-length");created=1795304294;keyid="omg1.test#key1";alg="ed25519";tag="ocm"',
      },
      body: '{"shareWith":"MDFhMjAwNzgtZTkxOC03MzllLTkyNjItNjY4Y2MwYTg1MTA1QG9tZzIudGVzdA@omg2.test","name":"hello.txt","providerId":"01a20079-8872-78c9-b672-68669cf05c6f","owner":"MDFhMjAwNzgtZTY1NC03NTg0LWE1NTAtYjhlOWZkZjRjMjRlQG9tZzEudGVzdA@omg1.test","sender":"MDFhMjAwNzgtZTY1NC03NTg0LWE1NTAtYjhlOWZkZjRjMjRlQG9tZzEudGVzdA@omg1.test","shareType":"user","resourceType":"file","protocol":{"name":"multi","webdav":{"uri":"01a20079-8872-78cc-a4e3-5cd3659e5dd5","sharedSecret":"OtPCdCE6LrQwl7zOkZoSBssuiCGz-dHwl1D0JNBrotM=","permissions":["read"],"requirements":["must-exchange-token"]}}}',
    },
  ],
};
