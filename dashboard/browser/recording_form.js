// How a recording is read and fitted: channels, units, and what is left to the data unless it is given.

import { tag } from "./tag.js"
import { say } from "./words.js"

export class RecordingForm {
  // `changed()` is called when somebody has changed a setting
  constructor(limits, changed) {
    this.changed = changed
    const { V, I, t } = limits.units
    this.fields = {
      V: this.choice("V", say("channel of V"), []), unit_V: this.choice("unit_V", say("unit of V"), V),
      I: this.choice("I", say("channel of I"), []), unit_I: this.choice("unit_I", say("unit of I"), I),
      unit_t: this.choice("unit_t", say("unit of time"), t), dt: this.number("dt", say("between two samples, ms")),
      electrode: this.number("electrode", say("electrode, MOhm")), smooth: this.number("smooth", say("V smoothed over, ms")),
    }
    const labelled = Object.values(this.fields).map(({ field, text }) => tag("label", {}, text, " ", field))
    this.element = tag("details", { class: "settings" }, tag("summary", {}, say("Channels, units, electrode")),
      tag("div", { class: "grid" }, ...labelled))
    this.element.hidden = true
  }

  choice(name, text, options) {
    const field = tag("select", { "data-setting": name })
    this.fill(field, options)
    field.onchange = () => this.changed()
    return { field, text }
  }

  number(name, text) {
    const field = tag("input", { type: "text", inputmode: "decimal", size: 6, placeholder: say("found"), autocomplete: "off", "data-setting": name })
    field.onchange = () => this.changed()
    return { field, text }
  }

  fill(field, options) {
    field.replaceChildren(tag("option", { value: "" }, say("found")), ...options.map((each) => tag("option", { value: each }, each)))
  }

  // For another file: the settings of its link, or none.
  start(asked) {
    this.element.hidden = true
    this.offer([])
    for (const [name, { field }] of Object.entries(this.fields)) {
      const value = asked?.get(name) ?? ""
      if (value && (name === "V" || name === "I")) this.fill(field, [value])
      field.value = value
    }
  }

  // The channels that the file has; what is chosen stays so.
  offer(channels) {
    for (const name of ["V", "I"]) {
      const { field } = this.fields[name], { value } = field
      this.fill(field, channels)
      field.value = channels.includes(value) ? value : ""
    }
    if (channels.length) this.element.hidden = this.element.open = true
    this.element.hidden = !channels.length
  }

  // What the server has found stands behind "found".
  show({ channels, taken, units }) {
    const chosen = Object.fromEntries(["V", "I"].map((name) => [name, this.fields[name].field.value]))
    this.offer(channels)
    for (const [k, name] of ["V", "I"].entries()) {
      const { field } = this.fields[name]
      field.value = chosen[name]
      field.options[0].textContent = say("found: {what}", { what: taken[k] })
      this.fields[`unit_${name}`].field.options[0].textContent = say("found: {what}", { what: units[k] })
    }
    this.element.open = false
  }

  settings() {
    const set = Object.entries(this.fields).map(([name, { field }]) => [name, field.value.trim()]).filter(([, value]) => value)
    return new URLSearchParams(set)
  }
}
