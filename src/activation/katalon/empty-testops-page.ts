import { type TestOpsPage } from './dto/katalon.js';

/** Read as a page, it is empty; read as a single object, it has no field that the client knows. */
export const emptyTestOpsPage: TestOpsPage = { content: [], empty: true, last: true };
