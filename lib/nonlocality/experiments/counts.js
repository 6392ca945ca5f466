// Sixteen counts in the browser: the most likely behaviour without signalling, the most likely
// local one, c = (S - 2)/4 and what it costs. The same method as the library's `likelihood`.
const nonlocalityCounts = (() => {
  "use strict";
  // Cells stand in the order [a][b][x][y], as bits of the index 8a + 4b + 2x + y.
  const cells = [...Array(16).keys()].map((k) => [k >> 3, (k >> 2) & 1, (k >> 1) & 1, k & 1]);
  const total = (n, x, y) =>
    cells.reduce((sum, [, , u, v], k) => sum + (u === x && v === y ? n[k] : 0), 0);

  // p = constant + slopes z, with z = p_A(r|x), p_B(r|y), p(rr|xy) of the rarer outcomes r.
  function coordinates(n) {
    const count = (party, s, o) =>
      cells.reduce((sum, c, k) => sum + (c[2 + party] === s && c[party] === o ? n[k] : 0), 0);
    const rare = [0, 1].map((p) => [0, 1].map((s) => (count(p, s, 0) > count(p, s, 1) ? 1 : 0)));
    const constant = [], slopes = [];
    for (const [a, b, x, y] of cells) {
      const row = Array(8).fill(0), joint = 4 + 2 * x + y;
      const left = a === rare[0][x], right = b === rare[1][y];
      constant.push(left || right ? 0 : 1);
      row[joint] = left === right ? 1 : -1;
      if (left && !right) row[x] = 1;
      if (right && !left) row[2 + y] = 1;
      if (!left && !right) row[x] = row[2 + y] = -1;
      slopes.push(row);
    }
    return { constant, slopes };
  }

  const dot = (u, v) => u.reduce((sum, value, k) => sum + value * v[k], 0);
  const tables = ({ constant, slopes }, z) => constant.map((c, k) => c + dot(slopes[k], z));

  // Linear equations by elimination with pivots; `m` is overwritten.
  function solve(m, right) {
    const size = right.length, v = [...right];
    for (let i = 0; i < size; i++) {
      let best = i;
      for (let r = i + 1; r < size; r++) if (Math.abs(m[r][i]) > Math.abs(m[best][i])) best = r;
      [m[i], m[best]] = [m[best], m[i]];
      [v[i], v[best]] = [v[best], v[i]];
      for (let r = i + 1; r < size; r++) {
        const share = m[r][i] / m[i][i];
        if (share === 0) continue;
        for (let c = i; c < size; c++) m[r][c] -= share * m[i][c];
        v[r] -= share * v[i];
      }
    }
    for (let i = size - 1; i >= 0; i--) {
      for (let c = i + 1; c < size; c++) v[i] -= m[i][c] * v[c];
      v[i] /= m[i][i];
    }
    return v;
  }

  function deviance(n, p) {
    return 2 * cells.reduce((sum, [, , x, y], k) => {
      const all = total(n, x, y);
      if (n[k] === 0) return sum + all * p[k];
      const u = (p[k] * all) / n[k] - 1;
      return sum + n[k] * (u - Math.log1p(u));
    }, 0);
  }

  // CH of a form, relabelled: form = [sign, x, y], the minus at (x, y).
  function excess([sign, mx, my]) {
    return cells.map(([a, b, x, y]) => {
      const u = x === mx ? 1 : 0, v = y === my ? 1 : 0, o = sign > 0 ? b : 1 - b;
      let value = a === 0 && o === 0 ? (u && v ? -1 : 1) : 0;
      if (u === 0 && v === 0) value -= (a === 0 ? 1 : 0) + (o === 0 ? 1 : 0);
      return value;
    });
  }

  // Most likely table without signalling; with a functional: among those where it is 0.
  function fit(n, functional) {
    const basis = coordinates(n), d = 8;
    const rows = functional ? [basis.slopes[0].map((_, i) =>
      cells.reduce((sum, _c, k) => sum + functional[k] * basis.slopes[k][i], 0))] : [];
    const goal = functional ? [-dot(functional, basis.constant)] : [];
    let mu = n.some((k) => k === 0) ? 1 : 0;
    // start: smoothed marginals, independent; inside the set
    const z = Array(d).fill(0);
    const side = (party, s) => {
      let hit = 0.5, all = 1;
      cells.forEach((c, k) => {
        if (c[2 + party] !== s) return;
        all += n[k];
        if (basis.slopes[k][party ? 2 + s : s] === 1 ||
            (basis.constant[k] === 0 && basis.slopes[k][4 + 2 * c[2] + c[3]] === 1)) hit += n[k];
      });
      return hit / all;
    };
    for (const s of [0, 1]) { z[s] = side(0, s); z[2 + s] = side(1, s); }
    for (const x of [0, 1]) for (const y of [0, 1]) z[4 + 2 * x + y] = z[x] * z[2 + y];
    const merit = (p) => p.some((v) => !(v > 0)) ? Infinity : deviance(n, p) / 2 -
      mu * p.reduce((sum, v, k) => sum + (n[k] === 0 ? Math.log(v) : 0), 0);
    for (let step = 0, last = 0; step < 150 && last < 3; step++) {
      const p = tables(basis, z), weight = n.map((k) => (k > 0 ? k : mu));
      const gradient = Array(d).fill(0), size = d + rows.length;
      const m = [...Array(size)].map(() => Array(size).fill(0));
      for (let k = 0; k < 16; k++) for (let i = 0; i < d; i++) {
        const s = basis.slopes[k][i];
        if (s === 0) continue;
        gradient[i] += (weight[k] / p[k]) * s;
        for (let j = 0; j < d; j++) m[i][j] += (weight[k] / p[k] / p[k]) * s * basis.slopes[k][j];
      }
      const scale = [...Array(d).keys()].map((i) => 1 / Math.sqrt(m[i][i]));
      for (let i = 0; i < d; i++) for (let j = 0; j < d; j++) m[i][j] *= scale[i] * scale[j];
      for (let i = 0; i < d; i++) m[i][i] += 1e-14;
      const right = gradient.map((g, i) => g * scale[i]);
      rows.forEach((row, r) => {
        const scaled = row.map((v, i) => v * scale[i]);
        const norm = Math.max(...scaled.map(Math.abs));
        for (let i = 0; i < d; i++) m[d + r][i] = m[i][d + r] = scaled[i] / norm;
        right.push((goal[r] - dot(row, z)) / norm);
      });
      const dz = solve(m, right).slice(0, d).map((v, i) => v * scale[i]);
      const dp = basis.slopes.map((row) => dot(row, dz));
      let length = Math.min(1, 0.95 * Math.min(...p.map((v, k) => dp[k] < 0 ? -v / dp[k] : Infinity)));
      const decrement = dot(gradient, dz);
      const at = (t) => p.map((v, k) => v + t * dp[k]);
      if (!functional) {
        const before = merit(p);
        for (let tries = 0; tries < 40; tries++, length /= 2)
          if (merit(at(length)) <= before + 1e-12 * Math.abs(before) + 1e-9) break;
      } else if (Math.abs(goal[0] - dot(rows[0], z)) < 1e-12) {
        const slope = (q) => -dp.reduce((sum, v, k) => sum + (weight[k] / q[k]) * v, 0);
        for (let tries = 0; tries < 40; tries++, length /= 2)
          if (slope(at(length)) <= 0.9 * Math.abs(slope(p)) + 1e-9) break;
      }
      for (let i = 0; i < d; i++) z[i] += length * dz[i];
      const near = Math.abs(decrement) < 0.1 && length > 0.5;
      if (near && mu > 1e-9) mu = Math.max(mu / 20, 1e-9);
      else if (Math.abs(decrement) < 1e-9) last += 1;
    }
    return tables(basis, z);
  }

  const FORMS = [1, -1].flatMap((s) => [0, 1].flatMap((x) => [0, 1].map((y) => [s, x, y])));
  const name = ([s, x, y]) => `${s > 0 ? "+" : "-"}${x}${y}`;
  const correlator = (p, form) => cells.reduce((sum, [a, b, x, y], k) =>
    sum + p[k] * form[0] * (a === b ? 1 : -1) * (x === form[1] && y === form[2] ? -1 : 1), 0);
  // c of a form by whichever of Eberhard's readings has the smallest terms
  function excessValue(p, form) {
    let best = [Infinity, 0];
    const [sign, mx, my] = form;
    for (let flip = 0; flip < 8; flip++) {
      const ox = (flip >> 2) & 1, oy = (flip >> 1) & 1, o = flip & 1;
      // +1 at (x1, y1), where x1 or y1 may be the minus's own; losses at the three others
      const x1 = ox, y1 = oy, minus = (x, y) => (x === mx && y === my ? 1 : 0);
      const sgn = (x, y) => (minus(x, y) ^ (sign < 0 ? 1 : 0)); // 1: outcomes must differ to win
      const a1 = o, b1 = o ^ sgn(x1, y1), x2 = 1 - x1, y2 = 1 - y1;
      // lose unless Bob's y2 answer fits a1, unless Alice's x2 answer fits b1, then at (x2, y2)
      const b2 = a1 ^ sgn(x1, y2), a2 = b1 ^ sgn(x2, y1);
      const at = (a, b, x, y) => p[8 * a + 4 * b + 2 * x + y];
      const terms = [at(a1, b1, x1, y1), -at(a1, 1 - b2, x1, y2), -at(1 - a2, b1, x2, y1),
        -at(a2, b2, x2, y2)];
      const sum = terms.reduce((u, v) => u + Math.abs(v), 0);
      if (sum < best[0]) best = [sum, terms.reduce((u, v) => u + v, 0)];
    }
    return best[1];
  }

  const entropy = (c) => c <= 0 || c >= 1 ? 0 : -(c * Math.log2(c) + (1 - c) * Math.log2(1 - c));

  function analyse(n) {
    for (const x of [0, 1]) for (const y of [0, 1])
      if (!(total(n, x, y) > 0)) return { error: `No trials at the settings x = ${x}, y = ${y}.` };
    const free = fit(n), g2 = Math.max(0, deviance(n, free));
    const p = Math.exp(-g2 / 2) * (1 + g2 / 2); // chi square on 4 degrees of freedom
    const values = FORMS.map((form) => excessValue(free, form));
    const k = values.reduce((best, v, i) =>
      v > values[best] + 1e-12 || (v > values[best] - 1e-12 && name(FORMS[i]) === "+11") ? i : best, 0);
    const c = values[k], form = FORMS[k];
    const f = n.map((v, i) => v / total(n, cells[i][2], cells[i][3]));
    const others = FORMS.filter((g) => g[1] !== form[1] || g[2] !== form[2]);
    const other = Math.max(...others.map((g) => correlator(free, g)));
    const local = c > 0 ? fit(n, excess(form)) : free;
    const bits = c > 0 ? Math.max(0, deviance(n, local) - deviance(n, free)) / (2 * Math.LN2) : 0;
    const paid = Math.max(0, c);
    return { trials: n.reduce((u, v) => u + v, 0), form: name(form), s: correlator(f, form), c, other,
      reach: Math.sqrt(Math.max(0, 8 - Math.min(other, Math.sqrt(8)) ** 2)), g2, p, bits,
      influence_x_to_b: paid, influence_a_to_b: 2 * paid, message: entropy(paid),
      message_coded: 2 * paid, dependence: paid, nonlocal_part: 2 * paid };
  }

  const digits = (v) => v === 0 ? "0" : Math.abs(v) >= 0.001 && Math.abs(v) < 1e5 ?
    String(Number(v.toPrecision(4))) : v.toExponential(3);

  function describe(r) {
    if (r.error) return [["", r.error]];
    const rows = [["trials", String(r.trials)],
      ["do the marginals agree? (p on 4 degrees of freedom)", digits(r.p)]];
    if (r.p < 1e-4) return [...rows, ["", "The table signals: no S, no cost, no evidence."]];
    return [...rows, [`S − 2 as read off, form ${r.form}`, digits(r.s - 2)],
      ["c = (S − 2)/4 without signalling", digits(r.c)],
      ["log-likelihood ratio, bits", digits(r.bits)],
      ["influence of Alice's setting on Bob", digits(r.influence_x_to_b)],
      ["influence of Alice's outcome on Bob", digits(r.influence_a_to_b)],
      ["entropy of a message, bits", digits(r.message)],
      ["dependence M of the settings", digits(r.dependence)],
      ["share of trials that are not local", digits(r.nonlocal_part)]];
  }

  // The page's part: inputs in the order x, y, a, b by their data-cell, a table and a map.
  function start(form) {
    const inputs = [...form.querySelectorAll("input")];
    const body = form.querySelector("tbody"), mark = form.querySelector(".nl-spot");
    function update() {
      const n = Array(16).fill(0);
      const wrong = inputs.some((input) => {
        const ok = /^[0-9]{1,15}$/.test(input.value.trim());
        input.setAttribute("aria-invalid", String(!ok));
        n[Number(input.dataset.cell)] = Number(input.value);
        return !ok;
      });
      const r = wrong ? { error: "Each count must be a whole number." } : analyse(n);
      body.replaceChildren(...describe(r).map((row) => {
        const tr = document.createElement("tr");
        row.forEach((text, k) => {
          const td = document.createElement("td");
          td.textContent = text;
          if (k) td.className = "nl-n";
          tr.append(td);
        });
        return tr;
      }));
      const shown = !r.error && r.p >= 1e-4;
      mark.style.display = shown ? "" : "none";
      if (shown) mark.setAttribute("transform",
        `translate(${180 + 40 * r.other},${180 - 40 * (2 + 4 * r.c)})`);
    }
    form.addEventListener("input", update);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.querySelectorAll("button").forEach((button) => button.addEventListener("click", () => {
      const n = JSON.parse(button.dataset.counts);
      inputs.forEach((input) => { input.value = n[Number(input.dataset.cell)]; });
      update();
    }));
    update();
  }

  return { analyse, fit, deviance, start };
})();
if (typeof document !== "undefined")
  document.querySelectorAll("form.nl-counts:not(.nl-started)").forEach((form) => {
    form.classList.add("nl-started");
    nonlocalityCounts.start(form);
  });
