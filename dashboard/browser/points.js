// A drawn current: points [t, I] that straight lines join, as numbers and as text, and thinned where nobody would see it.

const JOINT = "_" // as model/points.py writes it

export function read(text) {
  const numbers = text.split(JOINT).map(Number)
  return Array.from({ length: numbers.length / 2 }, (_, k) => [numbers[2 * k], numbers[2 * k + 1]])
}

export function write(points) {
  return points.flat().map(String).join(JOINT)
}

// The current at a time: constant beyond the ends.
export function at(points, t) {
  const next = points.findIndex((point) => point[0] >= t)
  if (next === 0) return points[0][1]
  if (next < 0) return points.at(-1)[1]
  const [[t0, I0], [t1, I1]] = [points[next - 1], points[next]]
  return I0 + (t - t0) / (t1 - t0) * (I1 - I0)
}

// Of the points between two: the one farthest from the line that joins these, and how far it is.
function farthest(points, first, last) {
  const [t0, I0] = points[first], slope = (points[last][1] - I0) / (points[last][0] - t0)
  let place = first, off = 0
  for (let k = first + 1; k < last; k += 1) {
    const away = Math.abs(points[k][1] - I0 - slope * (points[k][0] - t0))
    if (away > off) [place, off] = [k, away]
  }
  return { first, last, place, off }
}

// Ramer, Douglas and Peucker's simplification, the farthest point first: until no other is farther off than `tolerance`,
// or there are `most`. Returns the points and how far the others are off.
export function thinned(points, most, tolerance = 0) {
  if (points.length < 3) return { points, off: 0 }
  const kept = [0, points.length - 1], pieces = [farthest(points, 0, points.length - 1)]
  for (;;) {
    const worst = pieces.reduce((one, other, k) => (other.off > pieces[one].off ? k : one), 0)
    const { first, last, place, off } = pieces[worst]
    if (off <= tolerance || kept.length >= most) {
      return { points: kept.sort((one, other) => one - other).map((k) => points[k]), off }
    }
    kept.push(place)
    pieces.splice(worst, 1, farthest(points, first, place), farthest(points, place, last))
  }
}

// Thinned until there are at most `most` points and their text is at most `longest` long; as they are if they fit.
export function fitting(points, most, longest, tolerance = 0) {
  if (!tolerance && points.length <= most && write(points).length <= longest) return { points, off: 0 }
  for (;;) {
    const fit = thinned(points, most, tolerance)
    if (write(fit.points).length <= longest || most < 3) return fit
    most = Math.floor(0.9 * Math.min(most, fit.points.length))
  }
}

// What is drawn replaces what was there between its ends; `gap` is the time in which one becomes the other.
export function with_stroke(points, stroke, gap) {
  const first = stroke[0][0] - gap, last = stroke.at(-1)[0] + gap
  return [
    ...points.filter(([t]) => t < first), ...(first > 0 ? [[first, at(points, first)]] : []), ...stroke,
    [last, at(points, last)], ...points.filter(([t]) => t > last),
  ]
}

// Rounded to so many digits behind the point; of those that come to lie at one time the first.
export function rounded(points, digits) {
  const all = points.map(([t, I]) => [Number(t.toFixed(digits.t)), Number(I.toFixed(digits.I))])
  return all.filter(([t], k) => k === 0 || t > all[k - 1][0])
}
