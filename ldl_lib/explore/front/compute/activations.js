// Twin of state and words in ldl_lib/figures/tweaks/activations.py.
//
// It looks up numbers that Python computed; nothing is computed here but tangents.
(() => {
  const text = (number, digits) => number.toFixed(digits).replace("-", "\u2212");

  // x and y of each part of one curve.
  const points = (curve, number, z, { lanes, tangent }) => {
    const at = curve.z.indexOf(z); // at a kink the first, which has the slope on the left
    const [value, slope] = [curve.value[at], curve.slope[at]];
    const rise = slope * tangent;
    return {
      flat: [curve.flatZ, curve.flatValue],
      value: [curve.z, curve.value],
      tangent: [[z - tangent, z + tangent], [value - rise, value + rise]],
      point: [[z], [value]],
      slope: [curve.z, curve.slope],
      "slope point": [[z], [slope]],
      lane: [curve.flatZ, curve.flatZ.map((start) => start === null ? null : lanes[number])],
    };
  };

  ldl.register("compute", "activations", ({ first, second, z }, constants) => {
    const { curves, parts, digits } = constants;
    const state = {};
    const said = [];
    [first, second].forEach((name, number) => {
      const curve = curves[name];
      const own = curve && points(curve, number, z, constants);
      const path = (part) => `data[${2 * parts.indexOf(part) + number}]`;
      for (const part of parts) {
        [state[`${path(part)}.x`], state[`${path(part)}.y`]] = own?.[part] ?? [[], []];
      }
      const slope = own ? text(own["slope point"][1][0], digits) : "";
      state[`${path("value")}.name`] = curve?.label ?? "";
      state[`${path("value")}.showlegend`] = Boolean(curve);
      state[`${path("slope point")}.text`] = [slope];
      if (!curve) return;
      said.push(`${curve.label} at z = ${text(z, 1)}: output ${text(own.point[1][0], digits)}, `
        + `slope ${slope}. ${curve.flatWords}`);
    });
    return { ...state, $describe: said.join(" ") };
  });
})();
