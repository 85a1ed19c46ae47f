// Listening to a filter: play before and after, see kernel, response and waveform.

const WIDE = 340; // of a picture, in its own units, which are about the page's pixels
const TALL = 190;
const EDGE = { left: 38, right: 8, top: 10, bottom: 34 };
const BANDS = 170; // columns of the frequency response
const FROM = 0.248; // seconds; the waveform shows a click
const SPAN = 0.02;
const LIMIT = 0.5; // of the loudspeaker's range, at any volume

const STYLE = `
  .ldl-audio .row { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center;
    padding: 0.25rem 0 0.6rem; }
  .ldl-audio button[aria-pressed="true"] { background: var(--ldl-accent);
    color: var(--ldl-on-accent); border-color: var(--ldl-accent); }
  .ldl-audio .pictures { display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; }
  .ldl-audio figure { flex: 1 1 18rem; margin: 0; max-width: 26rem; }
  .ldl-audio figcaption { font-size: 0.9375rem; font-weight: 600; color: var(--ldl-ink); }
  .ldl-audio svg { display: block; width: 100%; height: auto; }
  .ldl-audio svg text { font-size: 12px; fill: var(--ldl-muted); }
  .ldl-audio .note { color: var(--ldl-muted); font-size: 0.875rem; }
  .ldl-audio .frame { stroke: var(--ldl-line); fill: none; }
  .ldl-audio .before { stroke: var(--audio-blue); stroke-dasharray: 3 3; }
  .ldl-audio .after { stroke: var(--audio-vermillion); }
  .ldl-audio .curve { fill: none; stroke-width: 1.8; }
  .ldl-audio .band { fill: var(--audio-vermillion); stroke: var(--audio-vermillion);
    stroke-width: 1.5; }
  .ldl-audio .stem { stroke: var(--audio-vermillion); stroke-width: 1.5; }
  .ldl-audio .dot { fill: var(--audio-vermillion); }`;

const signed = (value) => String(value).replace("-", "\u2212");

// A picture with two axes: its words stay, its marks are drawn anew.
class Picture {
  constructor(kit, title, { x, y, xTicks, yTicks, xTitle, yTitle }) {
    Object.assign(this, { kit, x, y });
    this.marks = kit.svg("g");
    const drawing = kit.svg("svg", {
      viewBox: `0 0 ${WIDE} ${TALL}`, role: "img", "aria-label": `${title}: see the sentence below`,
    }, [
      kit.svg("rect", {
        class: "frame", x: EDGE.left, y: EDGE.top,
        width: WIDE - EDGE.left - EDGE.right, height: TALL - EDGE.top - EDGE.bottom,
      }),
      ...xTicks.map((at) => this.text(signed(at), this.across(at), TALL - EDGE.bottom + 14, "middle")),
      ...yTicks.map((at) => this.text(signed(at), EDGE.left - 4, this.down(at) + 4, "end")),
      this.text(xTitle, (EDGE.left + WIDE - EDGE.right) / 2, TALL - 4, "middle"),
      this.marks,
    ]);
    this.caption = kit.html("figcaption", { textContent: `${title}${yTitle ? `, ${yTitle}` : ""}` });
    this.element = kit.html("figure", {}, [this.caption, drawing]);
  }

  text(words, x, y, anchor) {
    const element = this.kit.svg("text", { x, y, "text-anchor": anchor });
    element.textContent = words;
    return element;
  }

  across(value) {
    const share = (value - this.x[0]) / (this.x[1] - this.x[0]);
    return EDGE.left + share * (WIDE - EDGE.left - EDGE.right);
  }

  down(value) {
    const share = (value - this.y[0]) / (this.y[1] - this.y[0]);
    const held = Math.max(0, Math.min(1, share));
    return TALL - EDGE.bottom - held * (TALL - EDGE.top - EDGE.bottom);
  }

  points(pairs) {
    return pairs.map(([x, y]) => `${this.across(x).toFixed(1)},${this.down(y).toFixed(1)}`).join(" ");
  }

  draw(...elements) { this.marks.replaceChildren(...elements); }
}

class View {
  constructor(stage, api, core, kit) {
    Object.assign(this, { stage, api, core, kit, volume: 0.4, playing: null, sounds: {} });
    this.build();
    this.stopTheme = api.onTheme(() => this.recolour());
    this.recolour();
    this.compute(api.values);
  }

  build() {
    const { html, button } = this.kit;
    this.buttons = Object.fromEntries(["before", "after"].map((which) =>
      [which, button("", () => this.toggle(which), { "aria-pressed": "false" })]));
    const slider = html("input", { type: "range", min: 0, max: 100, step: 5, value: 40 });
    slider.addEventListener("input", () => {
      this.volume = slider.value / 100;
      if (this.gain) this.gain.gain.value = this.volume;
    });
    const volume = html("label", { className: "ldl-field" }, ["volume ", slider]);
    this.note = html("p", { className: "note" });
    this.pictures = {
      kernel: new Picture(this.kit, "Kernel", {
        x: [-1, 101], y: [-1.1, 1.1], xTicks: [0, 25, 50, 75, 100], yTicks: [-1, 0, 1],
        xTitle: "place", yTitle: "in parts of its largest number",
      }),
      response: new Picture(this.kit, "Frequency response", {
        x: [0, 8], y: [0, 2], xTicks: [0, 2, 4, 6, 8], yTicks: [0, 0.5, 1, 1.5, 2],
        xTitle: "frequency in thousand hertz", yTitle: "factor of height",
      }),
      wave: new Picture(this.kit, "Waveform", {
        x: [0, 20], y: [-1, 1], xTicks: [0, 5, 10, 15, 20], yTicks: [-1, 0, 1],
        xTitle: "time in thousandths of a second", yTitle: "before dashed, after solid",
      }),
    };
    this.stage.classList.add("ldl-audio");
    this.stage.append(
      html("style", { textContent: STYLE }),
      html("div", { className: "row" }, [this.buttons.before, this.buttons.after, volume]),
      html("div", { className: "pictures" },
        Object.values(this.pictures).map(({ element }) => element)),
      this.note);
    this.label();
  }

  // ---- what is heard

  toggle(which) {
    if (this.playing === which) this.stop();
    else this.play(which);
  }

  play(which) {
    this.stop();
    const Context = globalThis.AudioContext ?? globalThis.webkitAudioContext;
    if (!Context) {
      this.kit.write(this.note, "This browser plays no sound. The pictures work all the same.");
      return;
    }
    this.context ??= new Context();
    this.context.resume?.();
    // One factor for both: what the filter makes quieter must sound quieter.
    const factor = LIMIT / this.core.largest(this.before);
    const samples = this.core.limited(this[which], factor, LIMIT);
    const buffer = this.context.createBuffer(1, samples.length, this.api.options.rate);
    buffer.copyToChannel(samples, 0);
    this.gain ??= this.context.createGain();
    this.gain.gain.value = this.volume;
    this.gain.connect(this.context.destination);
    const source = this.context.createBufferSource();
    source.buffer = buffer;
    source.connect(this.gain);
    source.onended = () => { if (this.source === source) this.stop(); };
    source.start();
    Object.assign(this, { source, playing: which });
    this.label();
  }

  stop() {
    const { source } = this;
    Object.assign(this, { source: null, playing: null });
    if (source) {
      source.onended = null;
      source.stop();
    }
    this.label();
  }

  label() {
    for (const [which, button] of Object.entries(this.buttons)) {
      const on = this.playing === which;
      this.kit.write(button, on ? "\u25a0 Stop" : `\u25b6 Play ${which}`);
      button.setAttribute("aria-pressed", String(on));
      button.setAttribute("aria-label", on ? `Stop, playing ${which}` : `Play ${which} the filter`);
    }
  }

  // ---- what is computed and drawn

  compute(values) {
    const { core } = this;
    const { options } = this.api;
    this.sounds[values.sound] ??= core.sound(values.sound, options.rate);
    this.before = this.sounds[values.sound];
    this.h = core.kernel(values, options);
    this.after = core.convolve(this.before, this.h);
    this.draw();
  }

  draw() {
    const { svg, write } = this.kit;
    const { kernel, response, wave } = this.pictures;
    const { rate, delay } = this.api.options;
    const most = this.core.largest(this.h);
    // An echo is far longer than the picture: its second stem stands at the right edge.
    const long = this.h.length > delay;
    const stems = this.h.flatMap((value, k) => {
      if (value === 0) return [];
      const [x, y] = [kernel.across(long && k ? 100 : k), kernel.down(value / most)];
      return [svg("line", { class: "stem", x1: x, x2: x, y1: kernel.down(0), y2: y }),
        svg("circle", { class: "dot", cx: x, cy: y, r: 2 })];
    });
    kernel.draw(svg("line", {
      class: "frame", x1: kernel.across(-1), x2: kernel.across(101), y1: kernel.down(0), y2: kernel.down(0),
    }), ...stems);

    const bands = this.core.bands(this.h, BANDS, rate);
    const at = (i) => (i + 0.5) * 8 / BANDS;
    const outline = [...bands.map(([low], i) => [at(i), low]),
      ...bands.map(([, high], i) => [at(i), high]).reverse()];
    response.draw(svg("polygon", { class: "band", points: response.points(outline) }));

    const curve = (samples, name) => {
      const from = Math.round(FROM * rate);
      const shown = Array.from(samples.slice(from, from + SPAN * rate + 1),
        (value, i) => [i / rate * 1000, value]);
      return svg("polyline", { class: `curve ${name}`, points: wave.points(shown) });
    };
    wave.draw(curve(this.after, "after"), curve(this.before, "before"));
    write(this.note, long
      ? `The echo's second number, ${this.api.options.echo}, stands at place ${delay.toLocaleString("en")}: `
        + "a fifth of a second. Its response swings every 5 Hz, so it is drawn as a band."
      : "");
  }

  set(values) {
    this.compute(values);
    if (this.playing) this.play(this.playing);
    this.api.announce(this.core.sentence(this.h, this.api.options));
  }

  recolour() {
    const dark = this.api.theme() === "dark" ? 1 : 0;
    for (const name of ["blue", "vermillion"]) {
      this.stage.style.setProperty(`--audio-${name}`, this.api.options.colors[name][dark]);
    }
  }

  read(path) {
    if (path === "layout.kernel") return this.h;
    if (path === "layout.factors") return this.core.factors(this.h, this.api.options);
    if (path === "layout.playing") return this.playing;
    throw new RangeError(`audio_filter has no ${path}`);
  }

  destroy() {
    this.stop();
    this.context?.close();
    this.stopTheme();
  }
}

ldl.register("widget", "audio_filter", (stage, api) => {
  const view = new View(stage, api,
    ldl.registered("core", "audio_filter"), ldl.registered("core", "kit"));
  return {
    set: (values) => view.set(values),
    read: (path) => view.read(path),
    destroy: () => view.destroy(),
  };
});
