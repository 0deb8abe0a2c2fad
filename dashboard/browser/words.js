// What the page says, in its language. English stands where it is used; constant.json holds the other one, if any.

export const language = document.documentElement.lang
const decimal = new Intl.NumberFormat(language).formatToParts(0.5).find(({ type }) => type === "decimal").value

let catalogue = {}

export function speak(words) {
  catalogue = words ?? {}
}

// The sentence that an English pattern makes, in the language of the page: say("kept: {choices}", { choices }). The
// pattern is one literal, so that whoever translates can find it. Not to be called before the page has been loaded: a
// sentence that is made while a script is read is English for good.
export function say(pattern, values = {}) {
  const spoken = catalogue[pattern] ?? pattern
  return spoken.replace(/\{(\w+)\}/g, (place, name) => values[name] ?? place)
}

// A number, or a text that is one, as the language writes it: with a decimal comma, for instance.
export const written = (number) => String(number).replace(".", decimal)

// The same, back: a text that is a number in this language, as JavaScript writes it.
export const unwritten = (text) => text.replace(",", ".")
