"""Simulated tumours: where each kind grows, its shape, its signal, and what it pushes aside."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from brainseg_gui.core.slices import Tumour
from model_training.simulation.fields import Waves, cover, ellipsoid, paint

SKULL_BASE = ((34.0, 18.0, -24.0), (22.0, -22.0, -34.0), (4.0, 42.0, -22.0))
GLIOMA_LOOKS = ("ring", "patchy", "solid")


@dataclass(frozen=True, eq=False)
class Lesion:
    """One tumour in head coordinates (mm) with all that makes it look as it does.

    `signal`, `core` and `oedema` are levels relative to a white matter of 1; `roughness` is the
    share of the radius by which the surface wanders, `rim` the width of an enhancing ring in mm,
    `mottle` the unevenness of what enhances, `swelling` the reach of the oedema in mm.
    """

    tumour: Tumour
    look: str
    centre: np.ndarray
    radii: np.ndarray
    roughness: float
    signal: float
    core: float
    rim: float
    mottle: float
    swelling: float
    oedema: float
    push: float
    coarse: Waves
    fine: Waves

    @property
    def radius(self) -> float:
        """Return the radius of the ball of the same volume, in mm."""
        return float(np.prod(self.radii) ** (1 / 3))

    def depth(self, points: np.ndarray) -> np.ndarray:
        """Return the signed depth in mm, positive inside; (N,) float32."""
        wander = self.coarse(points) + np.float32(0.14) * self.fine(points)
        rough = np.float32(self.roughness * self.radius)
        return ellipsoid(points, self.centre, self.radii) + rough * wander

    def pushed_from(self, points: np.ndarray) -> np.ndarray:
        """Return where tissue now at `points` would lie without the tumour (mass effect).

        As much volume as the tumour takes, times `push`, is cleared around the centre; the shift
        fades with the square of the distance, as in an incompressible medium.
        """
        offset = points - self.centre.astype(np.float32)[:, None]
        distance = np.sqrt(np.einsum("ij,ij->j", offset, offset)) + np.float32(0.1)
        before = np.cbrt(np.maximum(distance**3 - np.float32(self.push * self.radius**3), 0.1))
        return points + offset * (before / distance - 1)


def draw_lesion(rng: np.random.Generator, tumour: Tumour) -> Lesion:
    """Draw a tumour of one kind; every choice comes from `rng`."""
    draw = {
        Tumour.MENINGIOMA: _draw_meningioma,
        Tumour.GLIOMA: _draw_glioma,
        Tumour.PITUITARY: _draw_pituitary,
    }
    return draw[tumour](rng)


def _draw_meningioma(rng: np.random.Generator) -> Lesion:
    radius = rng.uniform(12, 27)
    side = rng.choice([-1, 1])
    where = rng.choice(["convexity", "falx", "base"], p=[0.5, 0.25, 0.25])
    if where == "convexity":
        direction = np.array([side * rng.uniform(0.2, 1), rng.uniform(-1, 1), rng.uniform(0.1, 1)])
        direction /= np.linalg.norm(direction)
        # The middle lies 0.7 radii below the dura, so that the tumour sits on it broadly.
        reach = 1 / np.linalg.norm(direction / np.array([66.0, 83.0, 66.0]))
        centre = direction * (reach - 0.7 * radius)
    elif where == "falx":
        centre = np.array([side * 0.75 * radius, rng.uniform(-50, 48), rng.uniform(32, 50)])
    else:
        x, y, z = SKULL_BASE[rng.integers(len(SKULL_BASE))]
        centre = np.array([side * x, y, z + 0.4 * radius])
    return Lesion(
        tumour=Tumour.MENINGIOMA,
        look="solid",
        centre=centre + rng.normal(0, 2, 3),
        radii=radius * rng.uniform(0.85, 1.18, 3),
        roughness=rng.uniform(0.03, 0.08),
        signal=rng.uniform(1.35, 2.1),
        core=1.0,
        rim=0.0,
        mottle=rng.uniform(0.02, 0.07),
        swelling=rng.choice([0.0, rng.uniform(5, 16)]),
        oedema=rng.uniform(0.72, 0.88),
        push=rng.uniform(0.6, 0.95),
        coarse=Waves.draw(rng, 1.7 * radius, 10),
        fine=Waves.draw(rng, 6.0, 16, 0.5),
    )


def _draw_glioma(rng: np.random.Generator) -> Lesion:
    radius = rng.uniform(14, 32)
    look = rng.choice(GLIOMA_LOOKS, p=[0.52, 0.33, 0.15])
    side = rng.choice([-1, 1])
    centre = np.array([side * rng.uniform(18, 38), rng.uniform(-48, 46), rng.uniform(0, 40)])
    if rng.random() < 0.25:  # in the temporal lobe
        centre = np.array([side * rng.uniform(34, 44), rng.uniform(-25, 14), rng.uniform(-30, -16)])
        radius = min(radius, 19.0)
    return Lesion(
        tumour=Tumour.GLIOMA,
        look=str(look),
        centre=centre,
        radii=radius * rng.uniform(0.72, 1.25, 3),
        roughness=rng.uniform(0.08, 0.16),
        signal=rng.uniform(1.15, 1.5) if look == "solid" else rng.uniform(1.15, 1.9),
        core=rng.uniform(0.42, 0.75),
        rim=rng.uniform(1.8, 5.0),
        mottle=rng.uniform(0.06, 0.13),
        swelling=rng.uniform(6, 20),
        oedema=rng.uniform(0.7, 0.85),
        push=rng.uniform(0.25, 0.65),
        coarse=Waves.draw(rng, 1.5 * radius, 12),
        fine=Waves.draw(rng, 8.0, 16, 0.5),
    )


def _draw_pituitary(rng: np.random.Generator) -> Lesion:
    radius = rng.uniform(9, 17)
    radii = radius * np.array(
        [rng.uniform(0.9, 1.25), rng.uniform(0.8, 1.0), rng.uniform(0.9, 1.4)]
    )
    return Lesion(
        tumour=Tumour.PITUITARY,
        look=str(rng.choice(["solid", "cystic"], p=[0.8, 0.2])),
        centre=np.array([rng.normal(0, 2), 13 + rng.normal(0, 1.5), -41 + 0.85 * radii[2]]),
        radii=radii,
        roughness=rng.uniform(0.04, 0.1),
        signal=rng.uniform(1.4, 2.2),
        core=rng.uniform(0.8, 1.1),
        rim=rng.uniform(3, 5),
        mottle=rng.uniform(0.04, 0.1),
        swelling=0.0,
        oedema=1.0,
        push=rng.uniform(0.7, 0.95),
        coarse=Waves.draw(rng, 1.6 * radius, 10),
        fine=Waves.draw(rng, 6.0, 16, 0.5),
    )


def paint_oedema(signal: np.ndarray, points: np.ndarray, lesion: Lesion, depth: np.ndarray) -> None:
    """Darken the tissue around a tumour in place; swelling fades out unevenly."""
    if lesion.swelling:
        reach = lesion.swelling * (1 + 0.45 * lesion.coarse(points) + 0.15 * lesion.fine(points))
        paint(signal, cover(depth + reach, 7.0), lesion.oedema, 0.85)


def paint_lesion(signal: np.ndarray, points: np.ndarray, lesion: Lesion, depth: np.ndarray) -> None:
    """Paint the tumour itself in place.

    Parameters
    ----------
    signal : (N,) float32
    points : (3, N) float32
    lesion : Lesion
    depth : (N,) float32
        `lesion.depth`, cut off where the tumour cannot grow.
    """
    texture = lesion.fine(points)
    grain = lesion.coarse(points[[1, 2, 0]] * np.float32(2.2))
    shade = lesion.coarse(points[[2, 0, 1]])
    body = lesion.signal * (1 + lesion.mottle * (0.5 * texture + 0.5 * grain + shade))
    dark = lesion.core * (1 + np.float32(0.06) * (texture + grain))
    if lesion.look == "patchy":
        body = dark + (body - dark) * cover(shade + 0.5 * grain + 0.3 * texture - 0.7, 1.0)
    elif lesion.look in ("ring", "cystic"):
        rim = np.float32(lesion.rim) * (1 + np.float32(0.45) * shade + np.float32(0.3) * texture)
        body += (dark - body) * cover(depth - rim, 2.0)
    softness = 3.0 if lesion.tumour is Tumour.GLIOMA else 1.0
    paint(signal, cover(depth, softness), body)
