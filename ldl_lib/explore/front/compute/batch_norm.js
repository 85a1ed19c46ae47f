// Twin of state and words in ldl_lib/figures/tweaks/batch_norm.py.
(() => {
  const average = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = (values) => {
    const mean = average(values);
    return average(values.map((value) => (value - mean) ** 2));
  };
  const upTo = (first, last) => Array.from({ length: last - first + 1 }, (_, i) => first + i);
  const around = (middle, reach) => [-1, 0, 1].map((side) => middle + reach * side);

  // Halves go up, as in Python.
  const tenths = (value) => (Math.floor(10 * value + 0.500001) / 10).toFixed(1)
    .replace("-", "\u2212");

  // Mean and variance of each batch, and their running averages, from the start on.
  const history = (batches, momentum) => {
    const seen = { means: batches.map(average), variances: batches.map(variance) };
    const running = { means: [0], variances: [1] };
    for (const name of ["means", "variances"]) {
      for (const value of seen[name]) {
        running[name].push(momentum * running[name].at(-1) + (1 - momentum) * value);
      }
    }
    return { seen, running };
  };

  const sentence = (values, used, after, truth) => {
    const { size, gamma, beta, mode, step } = values;
    if (mode === "inference") {
      const scale = gamma / Math.sqrt(used.variance + truth.epsilon);
      return `Inference uses the running averages of ${step} batch${step === 1 ? "" : "es"}: `
        + `mean ${tenths(used.mean)}, s.d. ${tenths(Math.sqrt(used.variance))}. Over all `
        + `examples the outputs then have mean ${tenths(scale * (truth.mean - used.mean) + beta)} `
        + `and s.d. ${tenths(scale * truth.deviation)}; ${tenths(beta)} and ${tenths(gamma)} `
        + "are wanted.";
    }
    const start = `Training uses this batch: mean ${tenths(used.mean)}, `
      + `s.d. ${tenths(Math.sqrt(used.variance))}. `;
    if (size > 2) {
      return `${start}The ${size} outputs have mean ${tenths(average(after))} and s.d. `
        + `${tenths(Math.sqrt(variance(after)))}, as \u03b2 and \u03b3 ask.`;
    }
    return `${start}Two examples always become \u03b2 \u2212 \u03b3 and \u03b2 + \u03b3, here `
      + `${tenths(Math.min(...after))} and ${tenths(Math.max(...after))}, whatever their sums `
      + "were: only which is larger is left.";
  };

  ldl.register("compute", "batch_norm", (values, constants) => {
    const { size, gamma, beta, mode, momentum, step } = values;
    const sums = (row) => row.slice(0, size).map((value) => value / 100);
    const before = sums(constants.hundredths[step]);
    const { seen, running } = history(constants.hundredths.slice(0, step).map(sums), momentum);
    const used = mode === "training"
      ? { mean: average(before), variance: variance(before) }
      : { mean: running.means.at(-1), variance: running.variances.at(-1) };
    const divisor = Math.sqrt(used.variance + constants.epsilon);
    const after = before.map((value) => gamma * ((value - used.mean) / divisor) + beta);
    const [bracket, high, low, wanted] = constants.rows;
    const traces = [
      [before.flatMap((value, i) => [value, after[i], NaN]), before.flatMap(() => [high, low, NaN])],
      [before, before.map(() => high)],
      [after, after.map(() => low)],
      [around(used.mean, Math.sqrt(used.variance)), [bracket, bracket, bracket]],
      [around(beta, gamma), [wanted, wanted, wanted]],
      [upTo(0, step), running.means],
      [upTo(0, step), running.variances.map(Math.sqrt)],
      [upTo(1, step), seen.means],
      [upTo(1, step), seen.variances.map(Math.sqrt)],
    ];
    const state = { $describe: sentence(values, used, after, constants) };
    traces.forEach(([x, y], i) => {
      state[`data[${i}].x`] = x;
      state[`data[${i}].y`] = y;
    });
    return state;
  });
})();
