import { Button, PasswordInput, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { BrandMark } from "@/components/Brand";
import { Preferences } from "@/components/Preferences";
import { useCodes } from "@/i18n/codes";
import { useSignIn } from "./queries";
import classes from "./SignIn.module.css";

export function SignIn() {
  const { t } = useTranslation();
  const codes = useCodes();
  const signIn = useSignIn();
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");

  const submit = (event: FormEvent) => {
    event.preventDefault();
    signIn.mutate({ email, password });
  };

  return (
    <main className={classes.page}>
      <div className={classes.card}>
        <div className={classes.brand}>
          <BrandMark size={40} />
          <h1 className={classes.title}>{t("signIn.title")}</h1>
          <p className={classes.text}>{t("signIn.text")}</p>
        </div>
        <form className={classes.form} onSubmit={submit}>
          <TextInput
            label={t("signIn.email")}
            type="email"
            autoComplete="username"
            required
            withAsterisk={false}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label={t("signIn.password")}
            autoComplete="current-password"
            required
            withAsterisk={false}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ "aria-label": t("signIn.showPassword") }}
          />
          {signIn.isError && (
            <p className={classes.error} role="alert">
              {codes.problem(signIn.error)}
            </p>
          )}
          <Button type="submit" size="sm" fullWidth loading={signIn.isPending}>
            {t("signIn.button")}
          </Button>
        </form>
      </div>
      <Preferences />
    </main>
  );
}
