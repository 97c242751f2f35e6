// The configuration of all tests, on a few that need neither a program nor a browser.
import { defineConfig } from '@playwright/test';
import config from '../../playwright.config.ts';

export default defineConfig({ ...config, testDir: '.', testMatch: 'tries.ts', projects: undefined, outputDir: process.env.AGAIN_OUTPUT });
