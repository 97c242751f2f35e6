// Eases the pages that the server alone makes; each of them works without it.
const all = (selector) => document.querySelectorAll(selector);

const keep = (name, value) => {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${name}=${value}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
};

// The zone in which the server shows times from the next page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.split('; ').includes(`bw_zone=${zone}`)) keep('bw_zone', zone);

for (const button of all('[data-reveal]')) {
  const input = document.getElementById(button.dataset.reveal);
  const show = (shown) => {
    input.type = shown ? 'text' : 'password';
    button.setAttribute('aria-pressed', String(shown));
    button.setAttribute('aria-label', shown ? 'Hide password' : 'Show password');
  };
  button.hidden = false;
  button.addEventListener('click', () => show(input.type === 'password'));
  // Password managers know the field by its type.
  input.form.addEventListener('submit', () => show(false));
}

// The rules that can be told here; whether a password is common or was used before the server finds
// out. They judge as `Rule::kept` of the model does.
const follows = (a, b, step) => {
  const alike = /^[a-z]{2}$/.test(a + b) || /^[0-9]{2}$/.test(a + b);
  return step === 0 ? a === b : alike && b.codePointAt(0) - a.codePointAt(0) === step;
};
const kept = {
  length: (text, { least }) => [...text].length >= Number(least),
  lowercase: (text) => /\p{Lowercase}/u.test(text),
  uppercase: (text) => /\p{Uppercase}/u.test(text),
  number: (text) => /\p{N}/u.test(text),
  symbol: (text) => /[^\p{Alphabetic}\p{N}\s]/u.test(text),
  username: (text, { username }) => text !== '' && (username.length < 3 || !text.toLowerCase().includes(username)),
  runs: (text) => {
    const all = [...text.toLowerCase()];
    const run = (i, step) => follows(all[i], all[i + 1], step) && follows(all[i + 1], all[i + 2], step);
    return text !== '' && !all.slice(2).some((_, i) => [0, 1, -1].some((step) => run(i, step)));
  },
  email: (text, { email }) => {
    const local = email.split('@')[0];
    const held = (part, least) => part.length >= least && text.toLowerCase().includes(part);
    return text !== '' && !held(email, 1) && !held(local, 4);
  },
};
for (const list of all('[data-rules]')) {
  const input = document.getElementById(list.dataset.rules);
  const { email = '', username = '' } = list.dataset;
  const field = email.startsWith('#') && document.querySelector(email);
  const look = () => {
    const known = { email: (field ? field.value : email).trim().toLowerCase(), username: username.trim().toLowerCase() };
    for (const line of list.children) {
      const { rule, least } = line.dataset;
      line.classList.toggle('kept', Boolean(kept[rule]?.(input.value, { ...known, least })));
    }
  };
  input.addEventListener('input', look);
  if (field) field.addEventListener('input', look);
}

// Light or dark, from the account's menu.
for (const button of all('[data-appearance]')) {
  const group = button.closest('[hidden]');
  if (group) group.hidden = false;
  button.addEventListener('click', () => {
    const theme = button.dataset.appearance;
    if (theme === 'system') delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = theme;
    keep('bw_theme', theme);
    for (const one of all('[data-appearance]')) one.setAttribute('aria-pressed', String(one === button));
  });
}

for (const button of all('[data-copy]')) {
  const label = button.querySelector('.label');
  button.hidden = !navigator.clipboard;
  button.addEventListener('click', async () => {
    const texts = [...all(button.dataset.copy)].map((one) => one.textContent.trim());
    await navigator.clipboard.writeText(texts.join('\n'));
    label.textContent = 'Copied';
  });
}

// What is under way is not sent twice. A page that the browser brings back is ready again.
for (const form of all('form')) {
  const button = form.querySelector('[type=submit]');
  if (!button) continue;
  form.addEventListener('submit', (event) => {
    if (button.ariaBusy === 'true') event.preventDefault();
    button.ariaBusy = 'true';
  });
  addEventListener('pageshow', () => { button.ariaBusy = null; });
}
