// Sounds, kernels and convolution, without DOM. The kernels are those of
// ldl_lib/figures/filters/kernels.py.

const SECONDS = 2;
const PEAK = 0.9; // largest value of a sound
const FADE = 0.02; // seconds at both ends, so that nothing cracks

// ---------------------------------------------------------------- sounds

// The same noise each time: a small generator with a seed.
const noiseSource = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1;
};

const largest = (samples) => samples.reduce((most, each) => Math.max(most, Math.abs(each)), 0);

// Faded in and out, and as loud as every other sound.
const finished = (samples, rate) => {
  const factor = PEAK / largest(samples);
  const fade = FADE * rate;
  return samples.map((value, i) =>
    value * factor * Math.min(1, i / fade, (samples.length - 1 - i) / fade));
};

// A string: noise goes round a loop whose length is the pitch, a little duller each time
// (Karplus and Strong, 1983).
const pluck = (frequency, rate, length, random) => {
  const loop = Math.round(rate / frequency);
  const samples = new Float64Array(length);
  for (let i = 0; i < length; i += 1) {
    samples[i] = i < loop ? random()
      : 0.4985 * (samples[i - loop] + (i > loop ? samples[i - loop - 1] : 0));
  }
  return samples;
};

const chord = (rate) => {
  const random = noiseSource(1);
  const sum = new Float64Array(SECONDS * rate);
  [147, 220, 294, 370].forEach((frequency, k) => {
    const from = Math.round((0.02 + 0.08 * k) * rate);
    pluck(frequency, rate, sum.length - from, random).forEach((value, i) => {
      sum[from + i] += value;
    });
  });
  return sum;
};

// One resonance of the mouth: rings at a frequency, dies away with a width in hertz.
const resonate = (samples, frequency, width, rate) => {
  const r = Math.exp(-Math.PI * width / rate);
  const a = 2 * r * Math.cos(2 * Math.PI * frequency / rate);
  const rung = new Float64Array(samples.length);
  for (let i = 0; i < samples.length; i += 1) {
    rung[i] = (1 - r) * samples[i] + a * (rung[i - 1] ?? 0) - r * r * (rung[i - 2] ?? 0);
  }
  return rung;
};

// An "ah": pulses of the vocal cords through three resonances.
const vowel = (rate) => {
  let samples = new Float64Array(SECONDS * rate);
  let turn = 0;
  for (let i = 0; i < samples.length; i += 1) {
    turn += (120 + 2 * Math.sin(2 * Math.PI * 5 * i / rate)) / rate;
    if (turn >= 1) { turn -= 1; samples[i] = 1; }
  }
  for (const [frequency, width] of [[730, 90], [1090, 110], [2440, 160]]) {
    samples = resonate(samples, frequency, width, rate);
  }
  return samples;
};

const noise = (rate) => {
  const random = noiseSource(2);
  return Float64Array.from({ length: SECONDS * rate }, random);
};

// Single samples, far apart: what comes out is the kernel itself.
const clicks = (rate) => {
  const samples = new Float64Array(SECONDS * rate);
  for (const at of [0.25, 0.75, 1.25]) samples[Math.round(at * rate)] = 1;
  return samples;
};

const SOUNDS = { "plucked chord": chord, vowel, noise, clicks };
const sound = (name, rate) => finished(SOUNDS[name](rate), rate);

// ---------------------------------------------------------------- filters

const sinc = (x) => x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);

const lowPass = (length, cutoff, rate) => {
  const shaped = Array.from({ length }, (_, i) => {
    const hamming = length === 1 ? 1 : 0.54 - 0.46 * Math.cos(2 * Math.PI * i / (length - 1));
    return hamming * sinc(2 * cutoff / rate * (i - (length - 1) / 2));
  });
  const sum = shaped.reduce((total, each) => total + each, 0);
  return shaped.map((each) => each / sum);
};

const kernel = ({ name, length, cutoff }, { rate, delay, echo }) => {
  if (name === "moving average") return Array.from({ length }, () => 1 / length);
  if (name === "difference") return [1, -1];
  if (name === "echo") {
    return Array.from({ length: delay + 1 }, (_, i) => i === 0 ? 1 : i === delay ? echo : 0);
  }
  const low = lowPass(length, cutoff, rate);
  if (name === "low-pass") return low;
  return low.map((each, i) => (i === (length - 1) / 2 ? 1 : 0) - each);
};

// y[n] = sum over k of h[k] x[n - k]; an echo's zeros cost nothing.
const convolve = (x, h) => {
  const y = new Float64Array(x.length + h.length - 1);
  h.forEach((factor, k) => {
    if (factor === 0) return;
    for (let i = 0; i < x.length; i += 1) y[i + k] += factor * x[i];
  });
  return y;
};

// Factor of the height of a tone.
const factor = (h, frequency, rate) => {
  let [real, imaginary] = [0, 0];
  h.forEach((value, k) => {
    if (value === 0) return;
    const angle = -2 * Math.PI * frequency * k / rate;
    real += value * Math.cos(angle);
    imaginary += value * Math.sin(angle);
  });
  return Math.hypot(real, imaginary);
};

// Factors of the reported tones; an echo's change every few hertz and are averaged.
const factors = (h, { tones, rate, delay }) => tones.map((tone) => {
  if (h.length <= delay) return factor(h, tone, rate);
  const near = Array.from({ length: 101 }, (_, i) => factor(h, tone - 50 + i, rate));
  return near.reduce((total, each) => total + each, 0) / near.length;
});

// Least and most factor in each of so many bands up to half the rate. As many samples of a
// band as show the swings of an echo, 5 Hz each, from top to bottom.
const bands = (h, count, rate) => Array.from({ length: count }, (_, i) => {
  const width = rate / 2 / count;
  const inside = Array.from({ length: 25 }, (__, k) => factor(h, width * (i + k / 24), rate));
  return [Math.min(...inside), Math.max(...inside)];
});

const sentence = (h, constants) => {
  const shares = factors(h, constants).map((each, i) =>
    `of ${constants.tones[i].toLocaleString("en")} Hz to ${Math.round(100 * each)}%`);
  return `A kernel of ${h.length.toLocaleString("en")} numbers. It changes the height of a tone `
    + `${shares.slice(0, -1).join(", ")} and ${shares.at(-1)}.`;
};

// What the loudspeaker gets: never above the limit, and quieter only where it must be.
const limited = (samples, volume, limit) => {
  const gain = volume * Math.min(1, limit / (volume * largest(samples) || 1));
  return Float32Array.from(samples, (value) => gain * value);
};

ldl.register("core", "audio_filter", {
  SECONDS, sound, kernel, convolve, factor, factors, bands, sentence, limited, largest,
});
