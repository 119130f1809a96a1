import { startApplication } from "@/components/Application";

void startApplication(null);
