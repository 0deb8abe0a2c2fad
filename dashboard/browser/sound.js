// Spikes are heard. Each click is handed to the audio clock ahead of its time, so that the rhythm is exact whatever the
// page is busy with; where clicks would merge there is a tone of their frequency. Nothing is loaded: it is all computed.

import { after } from "./play_tape.js"
import { say } from "./words.js"

const AHEAD = 250 // ms of watching for which clicks are handed over: longer than a busy page takes for a frame
const MERGED = 1 / 50 // s; at shorter intervals a click is no longer heard alone
const CLICK = 0.006 // s
const HIGHEST = 6000 // Hz
const BESIDE = 0.01 // s; changes of the tone come no faster

export class Sound {
  // `tell(sentence)` says why there is none
  constructor(tell) {
    this.tell = tell
    this.on = false
    this.volume = 0.5
    this.planned = [] // clicks that were handed over: { t, node }
  }

  // Only what a visitor does may start it: browsers want that, and so does a class.
  async turn(on) {
    this.on = on && this.open()
    if (!this.on) {
      this.cut(-Infinity)
      return
    }
    try {
      await this.context.resume()
    } catch {
      this.refused()
    }
  }

  open() {
    if (this.context) return true
    try {
      this.context = new AudioContext({ latencyHint: "interactive" })
      this.master = this.context.createGain()
      this.master.connect(this.context.destination)
      this.loud(this.volume)
      this.click = this.made()
      this.tone = this.context.createGain()
      this.tone.gain.value = 0
      this.tone.connect(this.master)
      this.pitch = this.context.createOscillator()
      this.pitch.type = "triangle"
      this.pitch.connect(this.tone)
      this.pitch.start()
    } catch {
      this.context = undefined
      this.refused()
    }
    return this.context !== undefined
  }

  refused() {
    this.on = false
    this.tell(say("This browser gives the page no sound. The lamp beside Poke lights up with every spike instead."))
  }

  loud(volume) {
    this.volume = volume
    if (this.master) this.master.gain.value = volume ** 2 // as loudness is heard
  }

  made() {
    const { sampleRate } = this.context, click = this.context.createBuffer(1, Math.ceil(CLICK * sampleRate), sampleRate)
    const samples = click.getChannelData(0)
    for (let k = 0; k < samples.length; k += 1) {
      const t = k / sampleRate
      samples[k] = Math.sin(2 * Math.PI * 1800 * t) * Math.exp(-t / 0.0012)
    }
    return click
  }

  // The time t [ms] of the neuron is now; ms of the neuron in one of watching.
  anchor(t, speed) {
    if (!this.on) return
    this.cut(t)
    this.anchored = { t, at: this.context.currentTime, speed }
    this.upto = t
  }

  when(t) {
    return this.anchored.at + (t - this.anchored.t) / (1000 * this.anchored.speed)
  }

  // What is planned after t will not be.
  cut(t) {
    if (!this.context) return
    const now = this.context.currentTime
    for (const click of this.planned) if (click.t > t) click.node.stop()
    this.planned = this.planned.filter((click) => click.t <= t && this.when(click.t) > now)
    if (!this.anchored) return
    const at = Math.max(now, t === -Infinity ? now : this.when(t)) // the tone ends there, unless the next spike is part of it
    this.tone.gain.cancelScheduledValues(at)
    this.tone.gain.setValueAtTime(0, t === -Infinity ? at : at + BESIDE)
    this.upto = Math.min(this.upto, t)
  }

  // Hand over the spikes that come soon, but none beyond the limit: what comes there may be replaced.
  schedule(spikes, t, limit) {
    if (!this.on) return
    if (!this.anchored || this.upto === -Infinity) return
    const upto = Math.min(t + AHEAD * this.anchored.speed, limit)
    for (let k = after(spikes.t, this.upto); k < spikes.t.length && spikes.t[k] <= upto; k += 1) {
      this.sound(spikes.t[k], spikes.y[k] / (1000 * this.anchored.speed))
    }
    this.upto = Math.max(this.upto, upto)
  }

  sound(t, interval) {
    const at = this.when(t)
    if (at < this.context.currentTime) return
    if (interval < MERGED) this.hum(at, interval)
    else this.strike(t, at)
  }

  strike(t, at) {
    const node = this.context.createBufferSource()
    node.buffer = this.click
    node.connect(this.master)
    node.start(at)
    this.planned.push({ t, node })
    if (this.planned.length > 200) this.planned = this.planned.filter((click) => this.when(click.t) > this.context.currentTime)
  }

  hum(at, interval) {
    if (at < this.hummed + BESIDE && at > this.hummed) return
    this.hummed = at
    this.pitch.frequency.setValueAtTime(Math.min(1 / interval, HIGHEST), at)
    this.tone.gain.cancelScheduledValues(at)
    this.tone.gain.setValueAtTime(0.25, at)
    this.tone.gain.setValueAtTime(0, at + Math.max(1.5 * interval, 1.5 * BESIDE))
  }
}
