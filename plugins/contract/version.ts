/** Grows by semver; a definition's `contract` range is checked against it when the plugin is loaded. */
export const CONTRACT_VERSION = '0.1.0';
