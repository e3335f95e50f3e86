// Outside numbers whose end is known from their digits, per country, so that they are dialled
// without waiting for the inter-digit timer. What is not listed ends with `#` or by that timer.
// Source: the countries' published numbering plans (E.164 national plans); patterns are ours.

const plans: Readonly<Record<string, readonly RegExp[]>> = {
  // Police, fire, ambulance, traffic; mobiles (also with the 0 of long distance); 400/800;
  // 10 and 02x areas have 8-digit numbers, the others 7 or 8 (8 is the longest).
  cn: [
    /^(110|119|120|122)$/,
    /^0?1[3-9]\d{9}$/,
    /^[48]00\d{7}$/,
    /^0(10|2\d)[2-9]\d{7}$/,
    /^0[3-9]\d{2}[2-9]\d{7}$/,
  ],
  us: [/^911$/, /^1?[2-9]\d{2}[2-9]\d{6}$/],
  gb: [/^(999|112)$/, /^0[1-9]\d{9}$/],
  de: [/^(110|112)$/],
  fr: [/^(15|17|18|112)$/, /^0[1-9]\d{8}$/],
  au: [/^000$/, /^0[2-478]\d{8}$/],
  hk: [/^999$/, /^[2-9]\d{7}$/],
  tw: [/^(110|119)$/, /^09\d{8}$/],
  jp: [/^(110|119)$/, /^0[789]0\d{8}$/],
  sg: [/^(995|999)$/, /^[3689]\d{7}$/],
};
/** The GSM emergency number, understood nearly everywhere. */
const elsewhere: readonly RegExp[] = [/^112$/];

/** Says whether an outside number (without access prefix) is complete beyond doubt. */
export function isCompleteOutside(country: string, number: string): boolean {
  const plan = plans[country] ?? elsewhere;
  return plan.some((pattern) => pattern.test(number));
}
