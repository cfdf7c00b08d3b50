/** Whether a host is this machine: by the address that a socket is connected to, or by its name in a URL. */
export const isLoopback = (host: string): boolean =>
  /^(127(\.\d+){3}|(::ffff:)?127(\.\d+){3}|\[?::1\]?|localhost)$/i.test(host);

/** Whether a site is for this computer alone, by its address (BASE_URL): a try-out, whose mails and chats reach nobody else. */
export const isAtThisComputer = (baseUrl: string): boolean => isLoopback(new URL(baseUrl).hostname);
