// Reads a table of two columns, time and current, as spreadsheets and programs write it. It is read here: the file does
// not leave the browser. What is wrong with it is said in a sentence that names the line.

import { say, written } from "./words.js"

export const LARGEST = 5e6 // bytes; read as a whole
const SHOWN = 20 // characters of what is quoted
const NO_NUMBER = /^[+-]?(nan|inf(inity)?)?$/i // and no heading either
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i

// The text of a file: UTF-8, or the UTF-16 of Excel's "Unicode text".
export function decoded(bytes) {
  const [one, other] = bytes
  if (one === 0x50 && other === 0x4b) throw new Error(say("This is a workbook and no CSV file: save it as CSV, then read that."))
  const coding = one === 0xff && other === 0xfe ? "utf-16le" : one === 0xfe && other === 0xff ? "utf-16be" : "utf-8"
  return new TextDecoder(coding).decode(bytes)
}

const shorten = (text) => (text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text)

const separator = (line) => [";", "\t", ","].find((each) => line.includes(each)) ?? ","

// The cells of a line; one in quotes may hold the separator, and two quotes in it stand for one.
function cells(line, between) {
  const found = []
  let cell = "", quoted = false
  for (let k = 0; k < line.length; k += 1) {
    const letter = line[k]
    if (quoted && letter === '"' && line[k + 1] === '"') {
      cell += letter
      k += 1
    } else if (letter === '"') quoted = !quoted
    else if (letter === between && !quoted) {
      found.push(cell.trim())
      cell = ""
    } else cell += letter
  }
  return [...found, cell.trim()]
}

// A number as people write it: with a comma in the place of the point, where the comma separates no cells.
function number(cell, comma) {
  const text = (comma ? cell.replace(",", ".") : cell).replace("−", "-")
  return NUMBER.test(text) ? Number(text) : NaN
}

function problem(row, before, limits) {
  const [t, I] = row, [first, last] = limits.times, [low, high] = limits.currents
  if (!(t >= first && t <= last)) {
    return say("the time {t} is not within {first} and {last} ms.", { t: written(t), first, last })
  }
  if (!(I >= low && I <= high)) {
    return say("the current {I} is not within {low} and {high} nA.", { I: written(I), low, high })
  }
  if (before && t - before[0] < limits.closest) {
    return say("the time {t} ms does not come after {before} ms in the line before it.", { t: written(t), before: written(before[0]) })
  }
  return ""
}

// Returns points [t, I], or throws an Error with a sentence. `limits` are those of a drawn current.
export function parse(text, limits) {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/)
  const wrong = (line, what) => new Error(say("Line {line}: {what}", { line: line + 1, what }))
  const points = []
  let between, header = true
  for (const [place, line] of lines.entries()) {
    if (!line.trim() || (place === 0 && /^"?sep=/i.test(line))) continue // Excel's own first line
    between ??= separator(line)
    const row = cells(line, between)
    if (row.length !== 2) {
      const columns = row.length
      throw wrong(place, columns === 1
        ? say("there is one column, and two are wanted: the time in ms and the current in nA.")
        : say("there are {columns} columns, and two are wanted: the time in ms and the current in nA.", { columns }))
    }
    const values = row.map((cell) => number(cell, between !== ","))
    const is_header = header && row.every((cell, k) => Number.isNaN(values[k]) && !NO_NUMBER.test(cell))
    header = false
    if (is_header) continue
    const bad = values.findIndex((value) => Number.isNaN(value))
    if (bad >= 0) {
      throw wrong(place, say("“{cell}” is not a number; wanted are a time in ms and a current in nA.", { cell: shorten(row[bad]) }))
    }
    const what = problem(values, points.at(-1), limits)
    if (what) throw wrong(place, what)
    points.push(values)
  }
  if (!points.length) throw new Error(say("There is no line with a time in ms and a current in nA."))
  return points
}
