declare const __CORE_VERSION__: string | undefined;

/** Set by the bundler; from source it is the version under development. */
export const coreVersion = typeof __CORE_VERSION__ === "string" ? __CORE_VERSION__ : "0.1.0";
export const protocolVersion = 1;
