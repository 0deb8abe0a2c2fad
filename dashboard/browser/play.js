// The neuron runs. The server sends pieces of the future, each from a state that this page names, and this page plays them.
// What is changed - a choice, a poke - replaces what has not been played yet: a new piece is asked for from a state a
// little ahead, and time does not pass that state before the piece is here.

import { number } from "./crosshair.js"
import { Picture } from "./play_picture.js"
import { Tape, after } from "./play_tape.js"
import { say } from "./words.js"

const AHEAD = 1000, LOW = 500 // ms of watching: of which a piece is long, and so little left that the next one is asked for
const SOON = 350 // of which the piece is that replaces another one: while a slider moves it will be replaced itself
const FINE = 10 // ms of watching from one state to the next, at most
const LEAD = { least: 25, most: 400, slack: 12 } // ms of watching to the state that is replaced: as long as an answer takes
const RECENT = 0.3 // what the last answer says of how long one takes

export class Play {
  // `on` holds what to call: ask(), which has `wish` sent; moved(), in every frame; changed(), when anything else is
  // otherwise; refused(sentence)
  constructor(plots, geometry, crosshair, sound, offered, on) {
    this.plots = plots
    this.geometry = geometry
    this.crosshair = crosshair
    this.sound = sound
    this.on = on
    this.speed = offered.speed
    this.strength = offered.poke.value
    this.picture = new Picture(plots, geometry)
    this.mode = "run" // the run from its start is seen; or "playing", or "paused"
    this.number = this.change = this.covered = this.steps = 0
    this.answer_time = 60
    addEventListener("visibilitychange", () => { if (document.hidden) this.pause() })
  }

  // -- what the server says ---------------------------------------------------------------------------------------
  show({ answer, texts, play, sources }) {
    if (texts?.end) this.end = texts.end
    if (answer) {
      const longer = this.values?.duration !== answer.values.duration
      this.values = answer.values
      this.V_th = answer.values.V_th
      if (this.mode !== "run" && longer) this.plots.axes.take(this.time_axis(), this.span())
    }
    if (play) this.accept(play, sources)
  }

  accept(play, sources) {
    const { asked } = this
    if (!asked || (play.number ?? asked.number) !== asked.number) return
    this.asked = undefined
    if (play.refused) {
      this.covered = this.change
      this.steps = 0
      this.pause()
      this.on.refused(play.refused)
      return
    }
    this.answer_time += RECENT * (performance.now() - asked.at - this.answer_time)
    const t = play.step * play.dt
    this.tape.go_on(t, sources)
    this.sound.cut(t)
    this.moments = this.moments.filter((moment) => moment.t < t)
    const { step, V, t_last_spike, noise, current } = sources.play_moments
    for (let k = 0; k < step.length; k += 1) {
      this.moments.push({ t: step[k] * play.dt, dt: play.dt, state: [step[k], V[k], t_last_spike[k], noise[k], current[k]] })
    }
    this.covered = Math.max(this.covered, asked.change)
    this.fit(sources)
    if (asked.steps) this.stepped(asked.steps)
    if (play.poke && this.pressed !== undefined) this.poked_at ??= t
    if (play.poke && this.let_go_after !== undefined) this.end_poke(this.let_go_after)
    if (this.change !== this.covered) this.on.ask()
  }

  // What is played beyond the axes is seen all the same.
  fit({ play_line, play_current }) {
    for (const [view, values] of [["trace", play_line.V], ["current", play_current.I]]) {
      const { y_range } = this.geometry.figure(view)
      let low = y_range.start, high = y_range.end
      for (const value of values) {
        if (value < low) low = value
        if (value > high) high = value
      }
      const edge = 0.05 * (high - low)
      if (low < y_range.start || high > y_range.end) {
        y_range.setv({ start: low < y_range.start ? low - edge : low, end: high > y_range.end ? high + edge : high })
      }
    }
  }

  // -- what the page asks for: goes with every message ------------------------------------------------------------
  wish() {
    if (this.mode === "run" || (this.mode === "paused" && !this.steps)) return undefined
    if (this.asked?.change === this.change) return this.asked.wish // a message may be replaced by the next one, unread
    const replaces = this.change !== this.covered || this.steps > 0
    if (!replaces && this.left() > LOW) return undefined
    const from = this.steps ? this.moment(this.t) : replaces ? this.swap() : this.moments.at(-1)
    const { dt } = this.values, per_step = dt / this.speed // ms of watching
    const steps = this.steps || Math.ceil((replaces ? SOON : AHEAD) / per_step)
    this.number += 1
    const wish = {
      number: this.number, from: from.state, dt: from.dt, steps,
      every: this.steps ? 1 : Math.max(1, Math.floor(FINE / per_step)),
      poke: this.pressed !== undefined ? this.strength : 0,
    }
    this.asked = { number: this.number, at: performance.now(), change: this.change, steps: this.steps, from, replaces, wish }
    return wish
  }

  // Nothing that was asked for will come any more.
  lost() {
    this.asked = undefined
  }

  // The state from which the future is replaced; where a piece from one is under way already, that one.
  swap() {
    if (this.asked?.replaces) return this.asked.from
    const lead = Math.min(Math.max(this.answer_time + LEAD.slack, LEAD.least), LEAD.most)
    return this.moment(Math.max(this.t + lead * this.speed, this.poke_ends ?? -Infinity))
  }

  // The first state not before t, or the last one there is.
  moment(t) {
    return this.moments.find((moment) => moment.t >= t - 1e-9 * moment.dt) ?? this.moments.at(-1)
  }

  left() {
    return (this.moments.at(-1).t - this.t) / this.speed
  }

  // Time does not pass what is known, nor what is about to be replaced.
  limit() {
    return Math.min(this.moments.at(-1).t, this.asked?.replaces ? this.asked.from.t : Infinity)
  }

  // -- what the visitor does --------------------------------------------------------------------------------------
  toggle() {
    if (this.mode === "playing") this.pause()
    else this.play()
  }

  play() {
    if (this.mode === "playing" || !this.begin()) return
    this.mode = "playing"
    this.look()
    this.anchor(performance.now())
    this.run()
    this.on.ask()
    this.on.changed()
  }

  // From the run that is seen to a neuron that goes on from its end.
  begin() {
    if (this.mode !== "run") return true
    if (!this.end || !this.values) return false
    const { dt } = this.values, [step] = this.end
    this.t = step * dt
    this.moments = [{ t: this.t, dt, state: this.end }]
    this.tape = new Tape(...["trace", "current", "spikes"].map((name) => this.plots.of_run(name)))
    this.tape.V.append([this.t], [this.end[1]])
    this.tape.I.append([this.t], [this.tape.I.y.at(-1)])
    this.covered = this.change
    this.counted = this.tape.spikes.t.length
    return true
  }

  pause() {
    if (this.mode !== "playing") return
    this.stop()
    this.mode = "paused"
    this.t = this.moment(this.t).t
    this.look()
    this.on.changed()
  }

  stop() {
    this.release()
    cancelAnimationFrame(this.frame)
    this.asked = undefined
    this.sound.cut(-Infinity)
  }

  // So many steps of dt, one for each press.
  step() {
    if (this.mode === "playing") this.pause()
    if (!this.begin()) return
    if (this.mode === "run") this.mode = "paused"
    this.steps += 1
    if (!this.asked) this.on.ask()
    this.on.changed()
  }

  stepped(done) {
    this.steps -= done
    this.t = this.moments.at(-1).t
    this.look()
    this.on.changed()
    if (this.steps) this.on.ask()
  }

  // Back to the run from its start.
  leave() {
    if (this.mode === "run") return
    this.stop()
    this.mode = "run"
    this.steps = 0
    this.picture.hide()
    this.crosshair.rest(false)
    this.plots.stop_playing(this.time_axis())
    this.on.changed()
  }

  // The sound was turned on, or off.
  heard() {
    if (this.mode === "playing") this.anchor(performance.now())
  }

  choose_speed(speed) {
    this.speed = speed
    if (this.mode === "playing") this.anchor(performance.now())
  }

  // A choice is made: it acts on the neuron that runs; one that pauses gives way to the run with this choice.
  choice_made() {
    this.change += 1
    if (this.mode === "paused") this.leave()
  }

  press() {
    if (this.pressed !== undefined) return
    this.play()
    if (this.mode !== "playing") return
    this.pressed = performance.now()
    this.poked_at = this.let_go_after = this.poke_ends = undefined
    this.change += 1
    this.on.ask()
    this.on.changed()
  }

  // The pulse lasts as long as the press, although it begins a little later.
  release() {
    if (this.pressed === undefined) return
    const held = performance.now() - this.pressed
    if (this.poked_at === undefined && this.mode === "playing") this.let_go_after = held
    else this.end_poke(held)
  }

  end_poke(held) {
    this.poke_ends = (this.poked_at ?? this.t) + held * this.speed
    this.pressed = this.let_go_after = this.poked_at = undefined
    this.change += 1
    if (this.mode === "playing") this.on.ask()
    this.on.changed()
  }

  // -- time ---------------------------------------------------------------------------------------------------------
  anchor(now) {
    this.base = this.t
    this.since = now
    this.sound.anchor(this.t, this.speed)
  }

  run() {
    this.frame = requestAnimationFrame((now) => {
      this.run()
      this.advance(performance.now())
    })
  }

  advance(now) {
    const limit = this.limit(), t = this.base + (now - this.since) * this.speed
    this.t = Math.min(t, limit)
    if (t > limit) this.anchor(now) // it waits
    else this.sound.schedule(this.tape.spikes, this.t, limit)
    if (!this.asked && (this.left() <= LOW || this.change !== this.covered)) this.on.ask()
    this.picture.show(this.tape, this.t, this.V_th, true)
    this.forget()
    this.on.moved()
  }

  forget() {
    const before = this.t - 2 * this.values.duration
    if (this.tape.V.t[0] > before - this.values.duration) return
    this.tape.drop(before)
    this.moments = this.moments.filter((moment) => moment.t >= this.t - moment.dt || moment === this.moments.at(-1))
  }

  // -- how it looks -------------------------------------------------------------------------------------------------
  time_axis() {
    return this.plots.constant.axes.trace[0].id
  }

  // While it runs the axis counts back from now; where it pauses it shows the times.
  span() {
    const { duration } = this.values
    return this.mode === "playing" ? [-duration, 0] : [this.t - duration, this.t]
  }

  look() {
    const [from, to] = [this.t - this.values.duration, this.t]
    this.crosshair.rest(this.mode === "playing")
    this.plots.play(this.time_axis(), this.span(), this.mode === "paused" ? this.tape.columns(from, to, this.V_th) : null)
    this.place()
  }

  place() {
    if (this.mode === "paused") this.picture.show(this.tape, this.t, this.V_th, false)
  }

  // In words: the moment, and what was fired within what is seen.
  said() {
    const { t, tape } = this, seen = tape.spikes.t.slice(after(tape.spikes.t, t - this.values.duration), after(tape.spikes.t, t))
    const rate = seen.length > 1 ? (1000 * (seen.length - 1)) / (seen.at(-1) - seen[0]) : 0
    const values = { t: number(t, 1), V: number(Math.min(tape.V.at(t), this.V_th), 1), I: number(tape.I.at(t), 2), rate: number(rate, 1) }
    return say("t {t} ms   V {V} mV   I {I} nA   {rate} Hz", values)
  }
}
