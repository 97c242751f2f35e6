// Eases the pages that the server alone makes; each of them works without it.
const all = (selector) => document.querySelectorAll(selector);

// The zone in which the server shows times from the next page on.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.split('; ').includes(`bw_zone=${zone}`)) {
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `bw_zone=${zone}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}

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

// The rules that can be told here; how hard a password is to guess the server finds out.
for (const list of all('[data-rules]')) {
  const input = document.getElementById(list.dataset.rules);
  const named = list.dataset.email;
  const field = named.startsWith('#') && document.querySelector(named);
  const kept = {
    length: (text) => [...text].length >= parseInt(list.querySelector('[data-rule=length]').textContent, 10),
    email: (text) => {
      const email = (field ? field.value : named).trim().toLowerCase();
      const local = email.split('@')[0];
      const held = (part, least) => part.length >= least && text.toLowerCase().includes(part);
      return text !== '' && !held(email, 1) && !held(local, 4);
    },
  };
  const look = () => {
    for (const [rule, keeps] of Object.entries(kept)) {
      list.querySelector(`[data-rule=${rule}]`).classList.toggle('kept', keeps(input.value));
    }
  };
  input.addEventListener('input', look);
  if (field) field.addEventListener('input', look);
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
