// Whether what a lesson watches for is so: spans of numbers, and words, on what the page knows at this moment.

export function met(conditions, now) {
  return conditions.every(({ of, is, from = -Infinity, to = Infinity }) => {
    const value = now[of]
    if (is !== undefined) return value === is
    return typeof value === "number" && value >= from && value <= to
  })
}

// The exact value beside a point, between the given ones along straight lines on logarithmic axes; NaN beyond them.
export function beside(line, x) {
  const next = line.findIndex(([at]) => at >= x)
  if (next < 0 || (next === 0 && line[0][0] > x)) return NaN
  if (line[next][0] === x) return line[next][1]
  const [[x0, y0], [x1, y1]] = [line[next - 1], line[next]]
  const part = Math.log(x / x0) / Math.log(x1 / x0)
  return y0 * (y1 / y0) ** part
}
