"use client";

/** When even the frame of every page broke: nothing of ours can be relied on here, styles included. */
export default function BrokenFrame({ reset }: { reset: () => void }) {
  return (
    <html lang="en">
      <body
        style={{ font: "16px/1.5 system-ui, sans-serif", maxWidth: "28rem", margin: "20vh auto", padding: "0 1rem" }}
      >
        <title>Something went wrong</title>
        <h1 style={{ fontSize: "1.25rem" }}>Something went wrong on this cloud</h1>
        <p>It has been written down there. Nothing of yours is lost.</p>
        <button type="button" onClick={reset}>
          Try again
        </button>
      </body>
    </html>
  );
}
