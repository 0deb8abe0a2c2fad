// What the page says, in its language. English stands where it is used; constant.json holds the other one, if any.

let catalogue = {}

export function speak(words) {
  catalogue = words ?? {}
}

// The sentence that an English pattern makes, in the language of the page: say("kept: {choices}", { choices }). The
// pattern is one literal, so that whoever translates can find it.
export function say(pattern, values = {}) {
  const spoken = catalogue[pattern] ?? pattern
  return spoken.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place)
}
