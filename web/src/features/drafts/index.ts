export { FamiliesPage } from "./FamiliesPage";
export { NewRunPage } from "./NewRunPage";
