export { ModelsPage } from "./ModelsPage";
export { ReleaseModel } from "./ReleaseModel";
