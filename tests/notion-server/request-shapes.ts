import Ajv, { type ValidateFunction } from 'ajv';
import { invalid } from './refusal.ts';
import schemas from './schemas.json';

type RequestShape =
  | 'CreatePage'
  | 'UpdatePage'
  | 'AppendChildren'
  | 'QueryDataSource'
  | 'Search'
  | 'UpdateDataSource'
  | 'CreateFileUpload';

const ajv = new Ajv({ strict: false }).addSchema(schemas, 'client');
const compiled = new Map<RequestShape, ValidateFunction>();

/** Refuses a request that the official client's types do not allow. `parameters` are the body's and the path's together. */
export function checkShape(shape: RequestShape, parameters: unknown): void {
  const validate = compiled.get(shape) ?? ajv.compile({ $ref: `client#/definitions/${shape}` });
  compiled.set(shape, validate);
  if (validate(parameters)) return;
  // Of a union, every member complains: the complaint that lies deepest is about the member that was meant.
  const deepest = (validate.errors ?? []).toSorted((a, b) => b.instancePath.length - a.instancePath.length)[0];
  throw invalid(
    `body failed validation: body${deepest?.instancePath} ${deepest?.message} ${JSON.stringify(deepest?.params)}`,
  );
}
