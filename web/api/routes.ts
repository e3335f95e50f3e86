// All endpoints of the API.
import type { Route } from "../route.ts";
import { systemRoutes } from "./system.ts";

export const apiRoutes: readonly Route[] = [...systemRoutes];
