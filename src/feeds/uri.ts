/**
 * A web address in the letters of RFC 3986, for readers that are strict: the URL standard, by which browsers and we read
 * what was typed, leaves some more as they are.
 */
export function strictUri(url: string): string {
  const [, host = '', rest = ''] = /^(https?:\/\/[^/?#]*)(.*)$/is.exec(url) ?? [];
  const [path = '', ...fragment] = rest.split('#');
  const end = fragment.length > 0 ? `#${encoded(fragment.join('%23'))}` : '';
  return encoded(host, /[^\w\-.~:/!$&'()*+,;=@%[\]]/gu) + encoded(path) + end;
}

const encoded = (text: string, not = /[^\w\-.~:/?@!$&'()*+,;=%]/gu): string =>
  text.replace(/%(?![0-9a-f]{2})/gi, '%25').replace(not, (one) => encodeURIComponent(one));
