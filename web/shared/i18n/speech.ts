// SPDX-License-Identifier: Apache-2.0
// Where the parts of a Preact app find the words that it speaks now.
import { createContext } from "preact";
import { useContext } from "preact/hooks";

/** One for an app. `Speech`: its words in one language, and how it writes moments and numbers. */
export function speechContext<Speech>() {
  const SpeechContext = createContext<Speech | undefined>(undefined);
  const useSpeech = (): Speech => {
    const speech = useContext(SpeechContext);
    if (speech === undefined) throw new Error("there is no language");
    return speech;
  };
  return { SpeechContext, useSpeech };
}
