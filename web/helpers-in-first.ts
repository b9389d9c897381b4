import path from 'node:path';
import { type Plugin } from 'vite';

/**
 * Puts the bundler's few helpers into the first chunk, which is there before all others: alone, they would be one more request of the
 * sign-in page. The bundler itself leaves them alone where chunks are grouped.
 */
export function helpersInFirst(): Plugin {
  return {
    name: 'helpers-in-first',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_, bundle) {
        const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
        const helpers = chunks.find(({ name }) => name === 'rolldown-runtime');
        const first = chunks.find(({ name }) => name === 'first');
        const [, code, exported] = /^(.*)export\{([^}]*)\};?\s*$/s.exec(helpers?.code ?? '') ?? [];
        const html = bundle['index.html'];
        if (!helpers || !first || !code || !exported || html?.type !== 'asset') {
          return this.error('The helpers of the bundler are not where they were.');
        }
        const nameOf = (chunk: typeof first): string => path.posix.basename(chunk.fileName);
        const imported = new RegExp(`import\\{([^}]*)\\}from"./${nameOf(helpers)}";?`);
        for (const chunk of chunks) {
          chunk.code = chunk.code
            .replace(imported, (_, text: string) => {
              const names = namesIn(text);
              if (chunk !== first)
                return `import{${names.map(([outside, local]) => `helper_${outside} as ${local}`).join()}}from"./${nameOf(first)}";`;
              return `${definition(code, exported)}var ${names.map(([outside, local]) => `${local}=helper_${outside}`).join()};`;
            })
            // In lists of what to fetch with a page.
            .replaceAll(nameOf(helpers), nameOf(first));
        }
        html.source = String(html.source).replace(
          new RegExp(`\\s*<(script|link)[^>]*${nameOf(helpers)}"[^>]*>(</script>)?`),
          '',
        );
        Reflect.deleteProperty(bundle, helpers.fileName);
      },
    },
  };
}

/** Of `n as e,t`: `n` is `e`, and `t` is `t`. */
function namesIn(text: string): [name: string, alias: string][] {
  return text.split(',').map((each) => {
    const [name = '', alias = name] = each.trim().split(/ as /);
    return [name, alias];
  });
}

/** The helpers as constants that the chunk exports. */
function definition(code: string, exported: string): string {
  const names = namesIn(exported);
  const outside = names.map(([, name]) => `helper_${name}`).join();
  return `var{${outside}}=(()=>{${code}return{${names.map(([local, name]) => `helper_${name}:${local}`).join()}}})();export{${outside}};`;
}
