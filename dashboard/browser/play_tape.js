// What a running neuron has done, and what it will do as far as the server has said: a line over time that can be cut
// anywhere and goes on otherwise.

export function after(times, t) { // how many of the rising times are not beyond t
  let low = 0, high = times.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (times[middle] <= t) low = middle + 1
    else high = middle
  }
  return low
}

export class Line {
  constructor(t = [], y = []) {
    this.t = Array.from(t)
    this.y = Array.from(y)
  }

  at(t) {
    const k = after(this.t, t)
    if (k === 0 || k === this.t.length) return this.y[Math.max(k - 1, 0)]
    const width = this.t[k] - this.t[k - 1]
    return this.y[k - 1] + (width > 0 ? (t - this.t[k - 1]) / width : 0) * (this.y[k] - this.y[k - 1])
  }

  // Forget what comes after t; the line ends there.
  cut(t) {
    if (!this.t.length || this.t.at(-1) <= t) return
    const y = this.at(t), k = after(this.t, t)
    this.t.length = this.y.length = k
    this.append([t], [y])
  }

  append(t, y) {
    for (let k = 0; k < t.length; k += 1) {
      this.t.push(t[k])
      this.y.push(y[k])
    }
  }

  // Forget what was long ago.
  drop(before) {
    const k = after(this.t, before) - 1
    if (k > 0) for (const column of [this.t, this.y]) column.splice(0, k)
  }

  // The part from one time to another, which ends exactly there.
  part(from, to) {
    const line = new Line(this.t, this.y)
    line.drop(from)
    line.cut(to)
    return line
  }
}

export class Tape {
  // V [mV] and I [nA] over time [ms], and the spikes with the interval before each
  constructor(trace, current, spikes) {
    this.V = new Line(trace.t, trace.V)
    this.I = new Line(current.t, current.I)
    const t = Array.from(spikes.t ?? [])
    this.spikes = new Line(t, t.map((each, k) => each - t[k - 1]))
  }

  // From t on it goes otherwise.
  go_on(t, { play_line, play_current, play_spikes }) {
    for (const line of [this.V, this.I]) line.cut(t)
    const kept = after(this.spikes.t, t), last = this.spikes.t[kept - 1]
    this.spikes.t.length = this.spikes.y.length = kept
    this.spikes.append(play_spikes.t, Array.from(play_spikes.interval, (each, k) => (k ? each : play_spikes.t[0] - last)))
    this.V.append(play_line.t, play_line.V)
    this.I.append(play_current.t, play_current.I)
  }

  drop(before) {
    this.V.drop(before)
    this.I.drop(before)
    this.spikes.drop(before)
  }

  // What is seen of it, as columns of the plots.
  columns(from, to, V_th) {
    const V = this.V.part(from, to), I = this.I.part(from, to)
    const t = this.spikes.t.slice(after(this.spikes.t, from), after(this.spikes.t, to))
    return { trace: { t: V.t, V: V.y }, current: { t: I.t, I: I.y }, spikes: { t, V: t.map(() => V_th) } }
  }
}
