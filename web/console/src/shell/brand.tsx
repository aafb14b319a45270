// SPDX-License-Identifier: Apache-2.0
/** The mark: a hinge seen from above, its leaf ajar. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
      <rect width="32" height="32" rx="8" fill="var(--c-text)" />
      <path d="M22 10.2A8.4 8.4 0 1 0 22 21.8" fill="none" stroke="var(--c-bg)" strokeWidth="3" strokeLinecap="round" />
      <circle cx="22.6" cy="16" r="2.3" fill="var(--c-bg)" />
    </svg>
  );
}
