// A device with passkeys, as Chromium plays one.
import type { Page } from '@playwright/test';

/** A device that keeps passkeys and has seen its person. */
export async function device(page: Page): Promise<{ without: (work: () => Promise<void>) => Promise<void> }> {
  const session = await page.context().newCDPSession(page);
  await session.send('WebAuthn.enable');
  const { authenticatorId } = await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true,
      isUserVerified: true, automaticPresenceSimulation: true,
    },
  });
  return {
    // The person does not put the finger on it.
    without: async (work) => {
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: false });
      await work();
      await session.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified: true });
    },
  };
}
