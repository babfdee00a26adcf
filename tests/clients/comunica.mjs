// Asks a SPARQL endpoint the queries that come in on standard input, as JSON, and writes what it was told: a line for each.
import { QueryEngine } from '@comunica/query-sparql';
import { readFileSync } from 'node:fs';

const source = { type: 'sparql', value: process.argv[2] };
const engine = new QueryEngine();

const told = (term) => term && [term.termType, term.value, term.language ?? '', term.datatype?.value ?? ''];

for (const { id, text } of JSON.parse(readFileSync(0, 'utf8'))) {
  const result = await engine.query(text, { sources: [source] });
  let rows;
  if (result.resultType === 'boolean') {
    rows = await result.execute();
  } else if (result.resultType === 'bindings') {
    rows = [];
    for await (const binding of await result.execute()) {
      rows.push(Object.fromEntries([...binding].map(([name, term]) => [name.value, told(term)])));
    }
  } else {
    rows = [];
    for await (const quad of await result.execute()) {
      rows.push({ subject: told(quad.subject), predicate: told(quad.predicate), object: told(quad.object) });
    }
  }
  console.log(JSON.stringify({ id, rows }));
}
