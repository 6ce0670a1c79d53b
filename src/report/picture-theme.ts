/** Colours of one of GitHub's two themes. Blue and orange stay apart for every kind of colour blindness (after Okabe and Ito). */
export interface PictureTheme {
  readonly background: string;
  readonly text: string;
  readonly faint: string;
  readonly success: string;
  readonly failure: string;
  readonly fault: string;
  readonly recovery: string;
  readonly neutral: string;
}

export const lightTheme: PictureTheme = {
  background: "#ffffff",
  text: "#1f2328",
  faint: "#d1d9e0",
  success: "#0072b2",
  failure: "#d55e00",
  fault: "#6e7781",
  recovery: "#009e73",
  neutral: "#8c959f",
};

export const darkTheme: PictureTheme = {
  background: "#0d1117",
  text: "#e6edf3",
  faint: "#3d444d",
  success: "#56b4e9",
  failure: "#f0883e",
  fault: "#9198a1",
  recovery: "#2fd0a0",
  neutral: "#7d8590",
};
