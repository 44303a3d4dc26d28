/**
 * Register a custom element unless the page has it already.
 *
 * Panel and sidebar each bring their own copy of this package to one page, and a page refuses a
 * second definition of the same name: the first one serves both.
 */
export function define(name: string, element: CustomElementConstructor): void {
  if (customElements.get(name) === undefined) {
    customElements.define(name, element);
  }
}
