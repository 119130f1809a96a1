import { RouterProvider } from "@tanstack/react-router";
import { startApplication } from "@/components/Application";
import { router } from "./router";

void startApplication(<RouterProvider router={router} />);
