/** A mask's outline that closes on itself, with the point of a click in it. */
export function Logo({ size = 24 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
      <path
        d="M25.5 10.2C22.9 6 17.6 4.4 12.7 6.1 6.9 8 3.8 13.3 5.2 18.8c1.5 5.9 7.6 9.3 13.8 7.6 5.3-1.4 8.5-5.6 8.3-10.4"
        stroke="var(--mantine-primary-color-filled)"
        strokeWidth="3"
        strokeLinecap="round"
      />
      <path
        d="m27.7 4.8-1.9 5.9-5.9-1.3"
        stroke="var(--mantine-primary-color-filled)"
        strokeWidth="3"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="16" cy="16.2" r="3.2" fill="currentColor" />
    </svg>
  );
}
