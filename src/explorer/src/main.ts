// The page to explore: reads what it is given, and shows it.

import { readData } from "./data";
import { byId } from "./dom";
import { explore } from "./page";

readData().then(explore).catch((error: unknown) => (byId("said").textContent = error instanceof Error ? error.message : String(error)));
