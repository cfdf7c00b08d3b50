/** Given and family names that are put together into people who do not exist; their addresses are of example.org (RFC 2606). */
const given =
  'Amina Björn Chloé Dmitri Esra Fatima Giulia Hannah Idris Jonas Kavya Liam Mei Niamh Oskar Priya Quentin Rosa Sven Tomás Uma Viktor Wanjiru Xenia Yusuf Zofia Aoife Bilal Carmen Declan Elif Freya Gareth Ines Jamal'.split(
    ' ',
  );
const family =
  'Adeyemi Bianchi Chowdhury Dąbrowska Eriksen Fernández Grant Haddad Ivanova Jones Kowalski Lindqvist Mbeki Nguyen O’Connor Petrov Quinn Robson Schmidt Takahashi Underwood Varga Walker Xu Yıldız Zhang'.split(
    ' ',
  );

export type DemoPerson = { name: string; email: string };

/** As many different people as asked for (at most 900), always the same ones. */
export const demoPeople = (count: number): DemoPerson[] =>
  Array.from({ length: count }, (_, n) => {
    // Steps that share no factor with the lengths: no pair comes twice before all have come.
    const name = `${given[(n * 11) % given.length]} ${family[(n * 7) % family.length]}`;
    return { name, email: `${plain(name)}@example.org` };
  });

const plain = (name: string) =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/ı/g, 'i')
    .replace(/[^a-z ]/g, '')
    .replace(/ +/g, '.');
