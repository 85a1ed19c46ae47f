// Native controls, labelled, for keyboard, pointer and touch.

const make = (tag, properties = {}, children = []) => {
  const { dataset, ...rest } = properties;
  const element = Object.assign(document.createElement(tag), rest);
  Object.assign(element.dataset, dataset);
  element.append(...children);
  return element;
};

const range = (control, id, change) => {
  const input = make("input", { type: "range", id, min: 0, max: controlSize(control) - 1, step: 1 });
  input.addEventListener("input", () => change(controlValue(control, Number(input.value))));
  const show = (value) => {
    const index = controlIndex(control, value);
    input.value = index;
    input.setAttribute("aria-valuetext", controlText(control, value));
    input.style.setProperty("--ldl-filled", `${(100 * index) / (controlSize(control) - 1)}%`);
  };
  return { input, show };
};

// The value beside a control, which is the one to say it: this would say it again.
const valueOf = (id) => {
  const output = make("output", { className: "ldl-value", htmlFor: id });
  output.setAttribute("aria-live", "off");
  return output;
};

const slider = (control, id, change) => {
  const { input, show } = range(control, id, change);
  const output = valueOf(id);
  const element = make("div", { className: "ldl-control ldl-slider" }, [
    make("label", { htmlFor: id, textContent: control.label }), output, input,
  ]);
  return { element, show(value) { show(value); output.textContent = controlText(control, value); } };
};

const FEW = 5;

const choice = (control, id, change) => {
  if (control.options.length > FEW) {
    const select = make("select", { id }, control.options.map(({ label }, index) =>
      make("option", { value: index, textContent: label })));
    select.addEventListener("change", () => change(controlValue(control, Number(select.value))));
    const element = make("div", { className: "ldl-control ldl-select" }, [
      make("label", { htmlFor: id, textContent: control.label }), select,
    ]);
    return { element, show(value) { select.value = controlIndex(control, value); } };
  }
  const inputs = control.options.map(({ value }, index) => {
    const input = make("input", { type: "radio", name: id, id: `${id}-${index}`, value: index });
    input.addEventListener("change", () => change(value));
    return input;
  });
  const options = inputs.map((input, index) => make("label", { className: "ldl-option" }, [
    input, make("span", { textContent: control.options[index].label }),
  ]));
  const element = make("fieldset", { className: "ldl-control ldl-choice" }, [
    make("legend", { textContent: control.label }), ...options,
  ]);
  return { element, show(value) { inputs[controlIndex(control, value)].checked = true; } };
};

const toggle = (control, id, change) => {
  const input = make("input", { type: "checkbox", id, role: "switch" });
  input.addEventListener("change", () => change(input.checked));
  const element = make("div", { className: "ldl-control ldl-toggle" }, [
    input, make("label", { htmlFor: id, textContent: control.label }),
  ]);
  return { element, show(value) { input.checked = value; } };
};

const ICONS = {
  first: "M3 4h2v12H3zM10.5 3.5l1.5 1.5-5 5 5 5-1.5 1.5L4 10zM16.5 3.500l1.5 1.5-5 5 5 5-1.5 1.500L10 10z",
  back: "M12.5 3l1.7 1.700L8.9 10l5.3 5.3-1.7 1.7-7-7z",
  play: "M5 3v14l12-7z",
  pause: "M5 4h3.500v12H5zM11.5 4H15v12h-3.500z",
  next: "M7.5 3L5.8 4.700l5.3 5.3-5.3 5.3 1.7 1.7 7-7z",
};
const icon = (name) =>
  `<svg viewBox="0 0 20 20" aria-hidden="true" focusable="false"><path d="${ICONS[name]}"/></svg>`;

const player = (control, id, change) => {
  const { input, show } = range(control, id, (value) => { stop(); change(value); });
  const output = valueOf(id);
  let current = control.value;
  let timer = null;
  const last = control.size - 1;
  const button = (name, title, act) => {
    const element = make("button", { type: "button", title, innerHTML: icon(name) });
    element.setAttribute("aria-label", `${title}: ${control.label}`);
    element.addEventListener("click", act);
    return element;
  };
  const stop = () => {
    clearInterval(timer);
    timer = null;
    playButton.innerHTML = icon("play");
    playButton.title = "Play";
    playButton.setAttribute("aria-label", `Play: ${control.label}`);
  };
  const advance = () => {
    if (current >= last || !element.isConnected) { stop(); return; }
    change(current + 1);
    if (current >= last) stop();
  };
  const play = () => {
    if (timer) { stop(); return; }
    if (current >= last) change(0);
    timer = setInterval(advance, control.interval);
    playButton.innerHTML = icon("pause");
    playButton.title = "Pause";
    playButton.setAttribute("aria-label", `Pause: ${control.label}`);
  };
  const go = (value) => () => { stop(); change(Math.max(0, Math.min(last, value()))); };
  const playButton = button("play", "Play", play);
  const buttons = make("div", { className: "ldl-buttons" }, [
    button("first", "Back to the start", go(() => 0)),
    button("back", "Previous", go(() => current - 1)),
    playButton,
    button("next", "Next", go(() => current + 1)),
  ]);
  const element = make("div", { className: "ldl-control ldl-slider ldl-player" }, [
    make("label", { htmlFor: id, textContent: control.label }), output, input, buttons,
  ]);
  return {
    element,
    stop,
    show(value) { current = value; show(value); output.textContent = controlText(control, value); },
  };
};

const CONTROLS = { slider, choice, toggle, player };

// Draws a control; `change(value)` is called when the reader sets it.
const drawControl = (control, id, change) => {
  const drawn = CONTROLS[control.kind](control, id, change);
  drawn.element.dataset.control = control.name;
  drawn.show(control.value);
  drawn.enable = (on) => {
    drawn.element.classList.toggle("ldl-idle", !on);
    drawn.element.setAttribute("aria-disabled", String(!on)); // of the value and the legend, too
    for (const input of drawn.element.querySelectorAll("input, select")) input.disabled = !on;
  };
  return drawn;
};
