export { DataPage } from "./DataPage";
