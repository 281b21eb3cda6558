/**
 * `derive`, worked out once for each value and remembered as long as that value lives. For values that nobody changes,
 * and derivations that know nothing but them.
 */
export function derivedOnce<From extends object, To extends object>(derive: (from: From) => To): (from: From) => To {
  const known = new WeakMap<From, To>();
  return (from) => {
    const found = known.get(from);
    if (found) return found;
    const derived = derive(from);
    known.set(from, derived);
    return derived;
  };
}
