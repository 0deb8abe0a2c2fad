// The tab of recordings: takes a file, has the server fit it, and shows what comes back. The file stays here, so that it
// can be sent again with other settings; the server keeps nothing of it.

import { read } from "./frames.js"
import { refused } from "./refused.js"
import { RecordingForm } from "./recording_form.js"
import { tag } from "./tag.js"
import { language, say, written } from "./words.js"

const DEMO = "demo"

// The frames of an answer, each behind its length, as they come.
async function* frames(body) {
  const reader = body.getReader()
  let kept = new Uint8Array(0)
  for (;;) {
    const length = kept.length < 4 ? Infinity : 4 + new DataView(kept.buffer).getUint32(0, true)
    if (kept.length >= length) {
      yield read(kept.buffer.slice(4, length))
      kept = kept.slice(length)
      continue
    }
    const { done, value } = await reader.read()
    if (done) return
    const more = new Uint8Array(kept.length + value.length)
    more.set(kept)
    more.set(value, kept.length)
    kept = more
  }
}

// A number with as many digits as its interval gives it.
function rounded(value, { low, high }) {
  const digits = low === null ? 3 : Math.min(4, Math.max(0, 1 - Math.floor(Math.log10((high - low) / 2))))
  return written(value.toFixed(digits).replace("-", "−"))
}

export class Recording {
  // `limits` are those of constant.json; `on` holds what to call: show(sources, ranges, measured), use(choices),
  // changed() when the link is another one, known() with the name of the neuron's inputs whose slider ends before a value
  constructor(panel, limits, on) {
    this.panel = panel
    this.limits = limits
    this.on = on
  }

  // Opens with what a link says, if it says anything.
  open(link) {
    if (this.top) return
    this.build()
    const asked = new URLSearchParams(link ?? "")
    if (asked.get(DEMO)) this.bring(DEMO, asked)
    else if (asked.get("checksum")) this.expect(asked)
  }

  build() {
    this.file = tag("input", { type: "file", accept: this.limits.formats.join(","), hidden: true, "aria-label": say("Recording") })
    this.file.onchange = () => {
      const [chosen] = this.file.files
      this.file.value = "" // the same file can be read again
      if (chosen) this.bring(chosen)
    }
    const choose = tag("button", { type: "button", class: "choose" }, say("Choose a file…"))
    choose.onclick = () => this.file.click()
    const demo = tag("button", { type: "button", class: "demo" }, say("Try the demo"))
    demo.onclick = () => this.bring(DEMO)
    this.status = tag("p", { role: "status", class: "state" })
    this.bar = tag("progress", { max: 1, value: 0, hidden: true, "aria-label": say("Progress of the fit") })
    this.problem = tag("p", { role: "alert", class: "problem", hidden: true })
    this.form = new RecordingForm(this.limits, () => this.fit())
    const about = say("Or drop it here: {formats}, up to {size} MB. It is fitted and not stored.",
      { formats: this.limits.formats.join(" "), size: this.limits.bytes / 1e6 })
    this.use = tag("button", { type: "button", class: "use", hidden: true }, say("Use this neuron"))
    this.use.onclick = () => this.hand_over()
    this.script = tag("a", { class: "script", hidden: true, download: "" }, say("Script of this fit"))
    this.used = tag("p", { role: "status", class: "used" })
    this.prediction = tag("p", { class: "prediction" })
    this.top = tag("div", { class: "recording-top" }, tag("p", { class: "bring" }, choose, " ", demo, " ", this.use, " ", this.script, this.file),
      tag("p", { class: "formats" }, about), this.bar, this.status, this.problem, this.prediction, this.used, this.form.element)
    this.table = tag("table", { "aria-label": say("Parameters of the fitted neuron") })
    this.sentences = tag("ul", { class: "sentences", "aria-label": say("What is to be known about this fit") })
    this.below = tag("div", { class: "recording-below", hidden: true }, this.table, this.sentences)
    this.panel.classList.add("recording", "empty")
    this.panel.prepend(this.top)
    this.panel.append(this.below)
    this.panel.ondragover = (event) => {
      event.preventDefault()
      this.panel.classList.add("over")
    }
    this.panel.ondragleave = () => this.panel.classList.remove("over")
    this.panel.ondrop = (event) => {
      event.preventDefault()
      this.panel.classList.remove("over")
      const [dropped] = event.dataTransfer.files
      if (dropped) this.bring(dropped)
    }
  }

  // The link was made with a file that is not here.
  expect(asked) {
    this.expected = asked
    this.status.textContent = say("This link fits the file {name} with its settings. Bring that file: its SHA-256 hash begins with {hash}.",
      { name: asked.get("name") ?? "", hash: asked.get("checksum").slice(0, 12) })
  }

  // Takes a file, or the demo, with the settings of a link if it is the one that this was made with.
  bring(file, settings = this.expected) {
    if (file !== DEMO && file.size > this.limits.bytes) {
      return this.complain(say("{name} has {size} MB, and {most} MB are allowed. Save a part of it, or as .npz.",
        { name: file.name, size: written((file.size / 1e6).toPrecision(3)), most: this.limits.bytes / 1e6 }))
    }
    this.source = file
    this.checksum = file === DEMO ? "" : settings?.get("checksum") ?? ""
    this.expected = undefined
    this.form.start(file === DEMO && !settings?.get(DEMO) ? undefined : settings)
    this.fit()
  }

  asked() {
    const query = this.form.settings()
    if (this.source === DEMO) query.set(DEMO, "1")
    else query.set("name", this.source.name)
    if (this.checksum) query.set("checksum", this.checksum)
    return query
  }

  // Fits; what is under way is given up, for the newest alone counts.
  async fit() {
    this.under_way?.abort()
    const mine = this.under_way = new AbortController()
    this.complain("")
    this.tell(0, this.source === DEMO ? say("The demo is being made…") : say("The file is on its way, or waits for its turn…"))
    try {
      const address = new URL("dashboard/recording", location.href)
      address.search = this.asked()
      address.searchParams.set("lang", language)
      const body = this.source === DEMO ? "" : this.source
      const answer = await fetch(address, { method: "POST", body, signal: mine.signal, cache: "no-store" })
      if (!answer.ok) throw new Error(await refused(answer, say("The recording was not fitted. Try again.")))
      let last
      for await (const message of frames(answer.body)) {
        last = message
        if (message.what) this.tell(message.progress, message.what)
      }
      if (mine.signal.aborted) return
      if (last?.channels) this.form.offer(last.channels)
      if (!last?.recording) throw new Error(last?.refused ?? say("The recording was not fitted. Try again."))
      this.show(last)
    } catch (problem) {
      if (mine.signal.aborted) return
      this.complain(problem instanceof TypeError ? say("The server cannot be reached, or the file was changed meanwhile. Bring it again.") : problem.message)
    }
    this.bar.hidden = true
  }

  tell(done, what) {
    this.bar.hidden = false
    this.bar.value = done
    this.status.textContent = say("{what} ({percent} %)", { what, percent: Math.round(100 * done) })
  }

  complain(sentence) {
    this.problem.textContent = sentence
    this.problem.hidden = !sentence
    if (sentence) this.status.textContent = ""
  }

  show({ recording, sources, ranges }) {
    this.shown = recording
    this.checksum = this.source === DEMO ? "" : recording.checksum
    const name = this.source === DEMO ? say("Demo, made by a simulation, not measured") : recording.name
    this.status.textContent = `${name}: ${recording.summary}`
    this.form.show(recording)
    this.prediction.textContent = recording.prediction
    this.used.textContent = ""
    this.table.replaceChildren(
      tag("tr", {}, ...[say("parameter"), say("value"), say("95 % interval"), say("unit")].map((head) => tag("th", { scope: "col" }, head))),
      ...recording.rows.map((row) => tag("tr", {}, tag("th", { scope: "row" }, row.name), tag("td", {}, rounded(row.value, row)),
        tag("td", {}, row.given ? say("given") : row.low === null ? "–" : say("{low} to {high}", { low: rounded(row.low, row), high: rounded(row.high, row) })),
        tag("td", {}, row.unit))))
    this.sentences.replaceChildren(...recording.sentences.map((sentence) => tag("li", {}, sentence)))
    this.sentences.hidden = !recording.sentences.length
    this.below.hidden = this.use.hidden = this.script.hidden = false
    this.script.href = `dashboard/export/fit.py?${new URLSearchParams(this.in_address())}`
    this.panel.classList.remove("empty")
    this.on.show(sources, ranges, recording.measured)
    this.on.changed()
  }

  hand_over() {
    const { neuron, drawn, duration, preset, said } = this.shown.use
    this.on.use({ preset, ...neuron, kind: "drawn", drawn, duration })
    this.used.textContent = said
  }

  // What a link holds: which file, and how it is fitted.
  in_address() {
    if (this.expected) return [["recording", String(this.expected)]]
    return this.shown ? [["recording", String(this.asked())]] : []
  }
}
