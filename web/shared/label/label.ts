// SPDX-License-Identifier: Apache-2.0
// A lock's label, as far as one sees without the platform (spec/activation.md §1): whether a text begins like one.

export function isLabel(text: string): boolean {
  return /^CARDEA1:/i.test(text.trim());
}
