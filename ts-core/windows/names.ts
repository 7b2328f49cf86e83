/** The name of this server among those who use LUNs, in journals too. */
export const windows = "Windows";
