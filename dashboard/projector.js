// On a projector or a large screen the plots are read from the last row; page.css enlarges the rest.
if (window.innerWidth >= 1700) {
  for (const figure of figures) {
    for (const axis of [...figure.left, ...figure.below]) {
      if (axis.axis_label_text_font_size !== "0pt") axis.axis_label_text_font_size = "20px"
      if (axis.major_label_text_font_size !== "0pt") axis.major_label_text_font_size = "17px"
    }
    figure.min_border_left = 92
  }
}
