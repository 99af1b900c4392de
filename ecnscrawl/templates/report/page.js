// Draws the charts of the report page, and lets a reader choose a run; what it shows came with the page.
(() => {
  "use strict";
  const byId = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const { columns, hours, numbers, texts } = JSON.parse(byId("data").textContent);
  const first = columns - numbers.length; // the runs stand at the right
  const strip = document.querySelector(".strip");
  const charts = [];

  // Drawing.

  const color = (name) => () => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
  const count = (value) => value.toLocaleString("en");
  const bar = (hue) => ({ paths: uPlot.paths.bars({ size: [0.8, 200] }), fill: color(hue), width: 0, points: { show: false } });
  const atRight = (values) => [...Array(first).fill(null), ...values];
  const columnNumbers = Array.from({ length: columns }, (_, column) => column);

  function draw({ id, height, range, ticks, axisWidth, series, data, hours: hourAxis, hooks }) {
    const place = byId(id);
    const font = "12px system-ui, sans-serif";
    const axis = { font, stroke: color("soft"), ticks: { show: false } };
    const chart = new uPlot({
      width: place.clientWidth, height, padding: [14, 0, 4, 0], legend: { show: false }, cursor: { show: false },
      scales: { x: { time: false, range: [-0.5, data[0].length - 0.5] }, y: { range } },
      axes: [
        hourAxis ? { ...axis, size: 22, gap: 4, grid: { show: false }, splits: () => hourAxis, values: (_, at) => at.map((hour) => `${hour}`.padStart(2, "0")) } : { show: false },
        { ...axis, side: 1, gap: 6, size: () => axisWidth(place), grid: { stroke: color("line"), width: 1 }, splits: () => ticks.map(([at]) => at), values: () => ticks.map(([, text]) => text) },
      ],
      series: [{}, ...series], hooks,
    }, data, place);
    charts.push(chart);
    new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height })).observe(place);
  }

  // The plots of a timeline are as wide as the strip, and the axis has what is left.
  const besideStrip = (place) => place.clientWidth - strip.clientWidth;

  // The top of a chart: a few values, so high that nothing else could be seen, are left to stick out.
  function topOf(values) {
    const sorted = [...values].sort((a, b) => a - b);
    const usual = sorted[values.length - 1 - Math.max(1, Math.floor(values.length / 20))] ?? 0;
    const drawn = usual > 0 ? sorted.filter((value) => value <= 4 * usual) : sorted;
    return Math.max(1, drawn.at(-1) * (drawn.length < sorted.length ? 1.1 : 1));
  }
  const ticksTo = (top) => (top < 2 ? [0, 1] : [0, Math.round(top / 2), Math.round(top)]).map((value) => [value, count(value)]);

  // Two numbers on top of each other: their sum, and over it the lower one. A bar that is cut off has its sum above.
  function drawStack(id, height, hue, lower, upper) {
    const below = numbers.map((run) => run[lower]);
    const sums = numbers.map((run) => run[lower] + run[upper]);
    const top = topOf(sums);
    const nameCut = ({ ctx, bbox, valToPos }) => {
      ctx.save();
      ctx.font = `${11 * devicePixelRatio}px system-ui, sans-serif`;
      ctx.fillStyle = color("soft")();
      ctx.textBaseline = "bottom";
      sums.forEach((sum, index) => {
        const left = valToPos(first + index - 0.4, "x", true);
        ctx.textAlign = left > bbox.left + bbox.width / 2 ? "right" : "left";
        if (sum > top) ctx.fillText(`↑ ${count(sum)}`, left, bbox.top - devicePixelRatio);
      });
      ctx.restore();
    };
    draw({
      id, height, range: [0, top], ticks: ticksTo(top), axisWidth: besideStrip, hooks: { draw: [nameCut] },
      series: [bar(`${hue}-pale`), bar(hue)], data: [columnNumbers, atRight(sums), atRight(below)],
    });
  }

  const DURATIONS = [
    [1, "1 s"], [10, "10 s"], [60, "1 min"], [600, "10 min"], [3600, "1 h"], [21600, "6 h"], [86400, "1 d"],
    [864000, "10 d"], [8640000, "100 d"], [86400000, "1,000 d"], [864000000, "10,000 d"], [8640000000, "100,000 d"],
  ].map(([seconds, text]) => [Math.log10(seconds), text]);

  // Durations go from seconds to years, so their scale is logarithmic.
  function drawDurations(id, height, names) {
    const lines = names.map((name) => numbers.map((run) => (run[name] === null ? null : Math.log10(Math.max(1, run[name])))));
    const known = lines.flat().filter((value) => value !== null);
    if (!known.length) known.push(Math.log10(60), Math.log10(86400)); // nothing to draw but the scale
    const low = Math.max(0, DURATIONS.findLastIndex(([at]) => at <= Math.min(...known)));
    const high = Math.max(low + 1, DURATIONS.findIndex(([at]) => at >= Math.max(...known)));
    const shown = DURATIONS.slice(low, high + 1);
    const step = Math.ceil(shown.length / 5);
    const line = (_, index) => ({
      stroke: color("blue"), width: 1, spanGaps: true, dash: index ? [3, 3] : undefined,
      points: { show: () => strip.clientWidth > 5 * columns, size: index ? 6 : 5, width: 1.25, stroke: color("blue"), fill: color(index ? "paper" : "blue") },
    });
    draw({
      id, height, range: [shown[0][0], shown.at(-1)[0]], axisWidth: besideStrip,
      ticks: shown.filter((_, index) => (shown.length - 1 - index) % step === 0),
      series: names.map(line), data: [columnNumbers, ...lines.map(atRight)],
    });
  }

  drawStack("articles", 130, "blue", "new", "updated");
  drawStack("failures", 72, "red", "failed", "rejected");
  drawDurations("freshness", 120, ["median", "worst"]);
  drawDurations("time", 84, ["seconds"]);
  if (byId("hours")) {
    const top = Math.max(...hours);
    draw({
      id: "hours", height: 180, range: [0, top], ticks: ticksTo(top), axisWidth: () => 44, hours: [0, 3, 6, 9, 12, 15, 18, 21],
      series: [bar("blue")], data: [hours.map((_, hour) => hour), hours],
    });
  }
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => charts.forEach((chart) => chart.redraw()));

  // Choosing a run: its numbers stand beside the charts, and a band goes through its column.

  const choice = byId("choice");
  const rows = all("#runs-table tbody tr").reverse();
  const coverageRows = all("#coverage-table tbody tr").reverse();
  const [filled, fromLayout] = [all("[data-filled]"), all("[data-layout]")];

  function choose(index) {
    const read = (selector) => rows[index].querySelector(selector)?.textContent.trim() ?? "";
    const name = `${read("th")} UTC, ${read(".status")}`;
    const why = read(".why");
    choice.value = index + 1;
    choice.setAttribute("aria-valuetext", why ? `${name}: ${why}` : name);
    byId("why").textContent = why && `: ${why}`;
    all("[data-chosen]").forEach((place) => { place.textContent = name; });
    all("[data-text]").forEach((place) => { place.textContent = texts[index][place.dataset.text]; });
    coverageRows[index]?.querySelectorAll("td").forEach((cell, key) => {
      [filled[key].textContent, fromLayout[key].textContent] = cell.textContent.split(" · ");
    });
    all(".marker").forEach((marker) => {
      marker.style.setProperty("--from", (first + index) / columns);
      marker.style.setProperty("--width", 1 / columns);
    });
  }

  function chooseAt(event) {
    const { left, width } = strip.getBoundingClientRect();
    const index = Math.floor(((event.clientX - left) / width) * columns) - first;
    if (index >= 0 && index < numbers.length) choose(index);
  }

  choice.addEventListener("input", () => choose(choice.value - 1));
  all(".timeline").forEach((timeline) => {
    timeline.addEventListener("pointermove", chooseAt);
    timeline.addEventListener("pointerdown", chooseAt);
  });
  choose(numbers.length - 1);

  // How long ago, by the reader's clock: an old page says so.
  const minutes = Math.round((Date.parse(document.querySelector("header time").dateTime) - Date.now()) / 60000);
  const [unit, length] = [["day", 1440], ["hour", 60], ["minute", 1]].find(([, each]) => Math.abs(minutes) >= each) ?? ["minute", 1];
  byId("ago").textContent = `, ${new Intl.RelativeTimeFormat("en").format(Math.trunc(minutes / length), unit)}`;
})();
