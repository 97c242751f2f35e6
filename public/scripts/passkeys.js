// Asks the browser for a passkey, and sends it with the form that stands for it.
const known = window.PublicKeyCredential;
const usable = known?.parseCreationOptionsFromJSON && known.parseRequestOptionsFromJSON;

const said = (error) => {
  if (error.name === 'InvalidStateError') return 'This device keeps a passkey of yours already.';
  if (error.name === 'NotAllowedError') return 'No passkey was chosen. Try again when you are ready.';
  return error.message;
};

for (const form of document.querySelectorAll('[data-passkey]')) {
  const { passkey, begin, origin } = form.dataset;
  if (!usable || origin !== location.origin) continue;
  form.hidden = false;
  for (const text of document.querySelectorAll('[data-without-passkeys]')) text.hidden = true;
  const alert = form.querySelector('[role=alert]');
  form.addEventListener('submit', async (event) => {
    if (event.defaultPrevented) return;
    event.preventDefault();
    alert.hidden = true;
    try {
      const answer = await fetch(begin, { method: 'POST', headers: { accept: 'application/json' } });
      const told = await answer.json();
      // The page knows what is to be done then: sign in, or prove the password.
      if (['gone', 'not_signed_in', 'reauthentication_needed'].includes(told.code)) return location.reload();
      if (!answer.ok) throw new Error(told.message);
      const read = passkey === 'create' ? 'parseCreationOptionsFromJSON' : 'parseRequestOptionsFromJSON';
      const credential = await navigator.credentials[passkey]({ publicKey: known[read](told.options) });
      form.elements.token.value = told.token;
      form.elements.credential.value = JSON.stringify(credential);
      form.submit();
    } catch (error) {
      alert.querySelector('span').textContent = said(error);
      alert.hidden = false;
      form.querySelector('[type=submit]').ariaBusy = null;
    }
  });
}
