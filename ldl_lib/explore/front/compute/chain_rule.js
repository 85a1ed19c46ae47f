// Twin of state and words in ldl_lib/figures/backprop/chain_rule.py.
(() => {
  const DIGITS = 4;
  const AXES = ["x", "h(x)", "g(h(x))", "f(g(h(x)))"];
  const LETTERS = ["h", "g", "f"];

  const logistic = (u) => 1 / (1 + Math.exp(-u));
  const LINKS = {
    double: [(u) => 2 * u, () => 2],
    square: [(u) => u * u, (u) => 2 * u],
    tanh: [Math.tanh, (u) => 1 - Math.tanh(u) ** 2],
    logistic: [logistic, (u) => logistic(u) * (1 - logistic(u))],
  };

  const number = (value) => {
    const text = value.toFixed(DIGITS);
    return (Number(text) === 0 ? text.replace("-", "") : text).replace("-", "\u2212");
  };
  const factor = (value) => {
    const text = number(value);
    return text.startsWith("\u2212") ? `(${text})` : text;
  };

  // The four numbers, and the slope of each link where it is used.
  const chain = (x, names) => {
    const values = [x];
    const slopes = [];
    for (const name of names) {
      const [value, slope] = LINKS[name];
      slopes.push(slope(values.at(-1)));
      values.push(value(values.at(-1)));
    }
    return { values, slopes };
  };

  ldl.register("compute", "chain_rule", ({ x, h, g, f, nudge }, { reach }) => {
    const here = chain(x, [h, g, f]);
    const there = chain(x + nudge, [h, g, f]);
    const inside = (values) => values.map((v) => Math.min(reach, Math.max(-reach, v)));
    const [path, other] = [inside(here.values), inside(there.values)];
    const state = {
      "data[4].x": other,
      "data[5].x": path,
      "data[6].x": path.flatMap((value, level) => [value, other[level], null]),
    };
    const texts = [
      ...AXES.map((axis, level) => `<b>${axis}</b><br>${number(here.values[level])}`),
      ...LETTERS.map((letter, i) => `slope of ${letter}<br>${number(here.slopes[i])}`),
    ];
    texts.forEach((text, i) => { state[`layout.annotations[${i}].text`] = text; });
    const slope = here.slopes.reduce((product, each) => product * each, 1);
    const moved = there.values[3] - here.values[3];
    state.$describe = `Whole slope: ${here.slopes.map(factor).join(" \u00b7 ")} = `
      + `${number(slope)}. A nudge of ${nudge} moves the result by ${number(moved)}; `
      + `slope times nudge says ${number(slope * nudge)}.`;
    return state;
  });
})();
