// SPDX-License-Identifier: Apache-2.0
// The way to a lock of one's own, where the platform offers that.
import { useEffect, useState } from "preact/hooks";
import { platform } from "../platform.ts";
import { useSpeech } from "../words.ts";

export function OwnLockOffer({ onTap }: { onTap: () => void }) {
  const { words } = useSpeech();
  const [isOffered, setIsOffered] = useState(false);
  useEffect(() => void platform.offersHomes().then(setIsOffered), []);
  if (!isOffered) return null;
  return (
    <button type="button" class="plain" onClick={onTap}>
      {words.ownLock}
    </button>
  );
}
