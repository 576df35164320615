/** A token broken in two whose halves fit: one outline, one filled. */
export function Mark({ className = "size-6" }: { className?: string }) {
  return (
    <svg viewBox="0 0 24 24" fill="none" aria-hidden="true" className={className}>
      <path
        d="M13.6 3.1A9 9 0 1 0 10.4 20.9L9.4 16.2L13.4 13.1L10.2 9.4L13.6 3.1Z"
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinejoin="round"
      />
      <path d="M16.4 4.1A9 9 0 0 1 13.2 20.9L12.2 17L16.3 13.4L13 9.7L16.4 4.1Z" fill="currentColor" />
    </svg>
  );
}
