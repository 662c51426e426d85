// npm run site: the docs, the API reference, the page with its models, and a gallery, as static files in out/site. They run
// on any host and below any path. TypeDoc makes the pages; what only the site has (the command line, the gallery, the
// notebook) is written as Markdown first, below out/site-pages.
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import temml from 'temml';
import { Application, TSConfigReader, TypeDocReader } from 'typedoc';
import { program } from '../dist/src/cli/main.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const site = join(root, 'out', 'site');
const pages = join(root, 'out', 'site-pages');
const main = join(root, 'dist', 'src', 'cli', 'main.js');

/** What stands in the sidebar, by headings: files of the project. */
const SECTIONS = {
  'By task': [
    ...['simulate', 'correct', 'train', 'validate', 'batch', 'python-and-cpp', 'embed', 'page'].map(doc),
    doc('reproduce-the-paper'),
  ],
  'To understand': ['method', 'statistical-tests', 'results', 'ablation', 'engines'].map(doc),
  'To look up': [
    readme('docs'),
    doc('formats'),
    'out/site-pages/command-line.md',
    ...['deploy', 'deploy/slurm', 'deploy/htcondor', 'deploy/kubernetes', 'deploy/container'].map(readme),
    ...['examples/jets', 'python', 'experiments', 'bench'].map(readme),
    'CONTRIBUTING.md',
    'CHANGELOG.md',
  ],
  Gallery: ['out/site-pages/reports.md', 'out/site-pages/notebook.md'],
};

mkdirSync(pages, { recursive: true });
writePage('command-line.md', commandLine());
writePage('reports.md', reports());
writePage('notebook.md', notebook());
for (const [title, files] of Object.entries(SECTIONS)) writePage(`${title}.md`, section(title, files));
await writeSite();
execFileSync(
  process.execPath,
  [join(root, 'node_modules', 'vite', 'bin', 'vite.js'), 'build', 'web', '--logLevel', 'warn'],
  { cwd: root },
);
cpSync(join(root, 'dist', 'web'), join(site, 'page'), { recursive: true });
const faults = finish();
for (const fault of faults) console.error(fault);
console.log(`${relative(root, site)}: ${htmlFiles().length} pages, ${faults.length} broken links`);
process.exitCode = faults.length > 0 ? 1 : 0;

function doc(name) {
  return `docs/${name}.md`;
}

function readme(folder) {
  return `${folder}/README.md`;
}

function writePage(name, text) {
  writeFileSync(join(pages, name), text);
}

/** The first heading of a page, up to a colon. */
function titleOf(file) {
  return /^# (.+?)(:|$)/m.exec(readFileSync(join(root, file), 'utf8'))[1];
}

/** A page that lists those below it, which TypeDoc takes from its front matter. */
function section(title, files) {
  const children = files.map((file) => ({ title: titleOf(file), path: relative(pages, join(root, file)) }));
  return [
    '---',
    `title: ${title}`,
    'children:',
    ...children.map(({ title, path }) => `  ${JSON.stringify(title)}: ${path}`),
    '---',
    `# ${title}\n`,
    ...children.map(({ title, path }) => `- [${title}](${path})`),
  ].join('\n');
}

/** The --help of every command. */
function commandLine() {
  const help = (...words) =>
    execFileSync(process.execPath, ['--no-warnings', main, ...words], { encoding: 'utf8' });
  const names = program().commands.map((command) => command.name());
  return [
    '# Command line\n',
    'What `--help` prints. `npx jet-iqn` runs it.\n',
    `\`\`\`text\n${help('--help')}\`\`\`\n`,
    ...names.map(
      (name) => `## ${name}\n\n\`\`\`text\n${help(name, name === 'train' ? '--help-all' : '--help')}\`\`\`\n`,
    ),
  ].join('\n');
}

/** A study of each task on the shipped sample, with some of its figures. */
function reports() {
  const parts = [
    '# Reports\n',
    'What `jet-iqn study` writes, for the shipped models on the shipped sample of 20,000 jets.\n',
  ];
  for (const task of ['simulation', 'correction']) {
    const folder = join(pages, task);
    const words = [
      'study',
      join(root, 'models', task),
      join(root, 'models', 'jets-sample.parquet'),
      '-o',
      folder,
      '--overwrite',
    ];
    execFileSync(process.execPath, ['--no-warnings', main, ...words, '--quiet'], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    parts.push(
      `## The ${task}\n`,
      `[The whole report](${task}/report.html) is one file that opens offline. Some of its figures:\n`,
    );
    const names = readdirSync(join(folder, 'figures'));
    const figures = [/^response-pt-against-pt-\d\.svg$/, /^(spectrum|closure)-(pt|mass)\.svg$/].flatMap(
      (kind) => names.filter((name) => kind.test(name)),
    );
    parts.push(figures.map((name) => `![${name.slice(0, -4)}](${task}/figures/${name})`).join('\n'), '');
  }
  return parts.join('\n');
}

/** The notebook's cells, and the pictures that it saves. */
function notebook() {
  const file = join('examples', 'python', 'nanoaod.ipynb');
  const { cells } = JSON.parse(readFileSync(join(root, file), 'utf8'));
  const parts = cells.map(({ cell_type, source }) => {
    const text = source.join('');
    if (cell_type === 'markdown') return text;
    const saved = [...text.matchAll(/savefig\("([\w-]+)\.png"/g)].map(
      ([, name]) => `docs/pictures/python-${name}.png`,
    );
    const pictures = saved.map((path) => `\n\n![${path}](${relative(pages, join(root, path))})`).join('');
    return `\`\`\`python\n${text}\n\`\`\`${pictures}`;
  });
  return [
    parts[0],
    `As a notebook: [${file}](${relative(pages, join(root, file))}).`,
    ...parts.slice(1),
  ].join('\n\n');
}

async function writeSite() {
  const app = await Application.bootstrapWithPlugins(
    {
      options: join(root, 'typedoc.json'),
      readme: join(root, 'README.md'),
      out: site,
      projectDocuments: Object.keys(SECTIONS).map((title) => join(pages, `${title}.md`)),
      sort: ['documents-first', 'source-order'],
      highlightLanguages: ['bash', 'cpp', 'html', 'javascript', 'json', 'python', 'sh', 'text', 'typescript'],
      customCss: join(root, 'scripts', 'site.css'),
      searchInDocuments: true,
      navigation: { includeGroups: false },
      navigationLinks: { 'Try it': 'site:page/index.html' },
      validation: { invalidPath: false, notDocumented: false },
      treatWarningsAsErrors: false,
      markdownItLoader: withMath,
    },
    [new TypeDocReader(), new TSConfigReader()],
  );
  const project = await app.convert();
  if (!project) throw new Error('TypeDoc could not read the sources');
  await app.generateOutputs(project);
}

/** GitHub's formulas, $`…`$ and ```math, as MathML. */
function withMath(parser) {
  parser.inline.ruler.before('backticks', 'math', (state, silent) => {
    const found = /^\$`([^`]+)`\$/.exec(state.src.slice(state.pos));
    if (!found) return false;
    if (!silent) state.push('math', '', 0).content = found[1];
    state.pos += found[0].length;
    return true;
  });
  parser.renderer.rules.math = (tokens, i) => temml.renderToString(tokens[i].content);
  const { fence } = parser.renderer.rules;
  parser.renderer.rules.fence = (tokens, i, ...rest) =>
    tokens[i].info.trim() === 'math'
      ? temml.renderToString(tokens[i].content, { displayMode: true })
      : fence(tokens, i, ...rest);
}

function htmlFiles() {
  return readdirSync(site, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.html'))
    .map((name) => join(site, name));
}

/** `site:` in a link becomes the way up to the site's folder. @returns the links that lead nowhere. */
function finish() {
  for (const file of htmlFiles()) {
    const up = relative(dirname(file), site) || '.';
    const text = readFileSync(file, 'utf8');
    if (text.includes('"site:')) writeFileSync(file, text.replaceAll('"site:', `"${up}/`));
  }
  const ids = new Map();
  const idsOf = (file) => {
    if (!ids.has(file))
      ids.set(file, new Set([...readFileSync(file, 'utf8').matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)));
    return ids.get(file);
  };
  return htmlFiles().flatMap((file) =>
    [
      ...readFileSync(file, 'utf8')
        .replace(/<script[\s\S]*?<\/script>/g, '')
        .matchAll(/ (?:href|src)="([^"]*)"/g),
    ]
      .map(([, link]) => link)
      // Others' sites; the page's own views.
      .filter((link) => !/^([a-z]+:|#\/)/.test(link))
      .filter((link) => {
        const [path, anchor] = link.replaceAll('&amp;', '&').split('#');
        const target = path === '' ? file : resolve(dirname(file), decodeURIComponent(path.split('?')[0]));
        if (!existsSync(target)) return true;
        return anchor && target.endsWith('.html') && !idsOf(target).has(decodeURIComponent(anchor));
      })
      .map((link) => `${relative(site, file)}: ${link}`),
  );
}
